// Edits in somebody else's JSON, and the names that a docker context may have.
#include "support/catch.hpp"
#include "support/message.hpp"

#include <dockpki/docker/context.hpp>

#include "docker/json_text.hpp"

using namespace dockpki;
using docker::JsonText;
using test::message_of;

namespace {

std::string after_set(const std::string& text, const std::string& key, const std::string& value) {
  JsonText json(text, "f");
  json.set(key, value);
  return json.text();
}

std::string after_append(const std::string& text, const std::string& element) {
  JsonText json(text, "f");
  json.append("hosts", element);
  return json.text();
}

std::string refusal(const std::string& text) {
  return message_of([&] { JsonText(text, "f"); });
}

} // namespace

TEST_CASE("JsonText: a member is added as the last one is laid out", "[docker]") {
  CHECK(after_set("{}", "a", "1") == "{\n  \"a\": 1\n}");
  CHECK(after_set(" { \n } \n", "a", "1") == " {\n  \"a\": 1\n} \n");
  CHECK(after_set("{\"b\":[1,{\"x\":\"}\"}]}", "a", "1") == "{\"b\":[1,{\"x\":\"}\"}],\"a\":1}");
  CHECK(after_set("{\r\n\t\"b\" : 2\r\n}\r\n", "a", "1") == "{\r\n\t\"b\" : 2,\r\n\t\"a\" : 1\r\n}\r\n");
  CHECK(after_set("{ \"b\": 2, \"c\": 3 }", "a", "1") == "{ \"b\": 2, \"c\": 3, \"a\": 1 }");
}

TEST_CASE("JsonText: a value is replaced where it stands", "[docker]") {
  CHECK(after_set("{\"b\": -1.50e3 ,\"c\":\"\\\"}\"}", "b", "[]") == "{\"b\": [] ,\"c\":\"\\\"}\"}");
  CHECK(after_set("{\"b\": 1,\"c\":\"\\\\\"}", "c", "2") == "{\"b\": 1,\"c\":2}");
  CHECK(after_set("{\"\\u0062\": 1}", "b", "2") == "{\"\\u0062\": 2}"); // the key as Docker reads it
  CHECK(after_set("{\"x\": {\"b\": 1}, \"b\": {\"b\": 3}}", "b", "null") == "{\"x\": {\"b\": 1}, \"b\": null}");
}

TEST_CASE("JsonText: a list grows as it is laid out", "[docker]") {
  CHECK(after_append("{\"hosts\": []}", "x") == "{\"hosts\": [\"x\"]}");
  CHECK(after_append("{\"hosts\": [\"a\"]}", "x") == "{\"hosts\": [\"a\", \"x\"]}");
  CHECK(after_append("{\"hosts\": [\n    \"a\",\n    \"b\"\n  ]}", "x") ==
        "{\"hosts\": [\n    \"a\",\n    \"b\",\n    \"x\"\n  ]}");
  CHECK(after_append("{\"hosts\":[\"a\",\"b\"]}", "x\"y") == "{\"hosts\":[\"a\",\"b\",\"x\\\"y\"]}");
}

TEST_CASE("JsonText: what is not one plain object is refused", "[docker]") {
  CHECK(refusal("{\"a\":1,\"b\":{\"a\":1,\"a\":2}}") == "failed to read 'f': the key 'a' stands in it twice");
  CHECK(refusal("{\"a\":1,\n\"\\u0061\":2}") == "failed to read 'f': the key 'a' stands in it twice");
  CHECK(refusal("{\n\"a\": 1,\n}") == "failed to read 'f': line 3: it is no JSON");
  CHECK(refusal("{} {}") == "failed to read 'f': line 1: it is no JSON");
  CHECK(refusal("{\"a\": /* b */ 1}") == "failed to read 'f': line 1: it is no JSON");
  CHECK(refusal("") == "failed to read 'f': it is no JSON");
  CHECK(refusal("[]") == "failed to read 'f': it is no JSON object");
  CHECK(refusal("\xef\xbb\xbf{}") == "failed to read 'f': it begins with a byte order mark, which Docker before 23.0 refuses");
  CHECK(refusal("{\"a\":\"\xff\"}") == "failed to read 'f': line 1: it is no JSON");
  const std::string deep = "{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}";
  CHECK(refusal(deep) == "failed to read 'f': it is nested more than 64 deep");
  CHECK(refusal(std::string(100'000, '[')) == "failed to read 'f': it is nested more than 64 deep");
  CHECK_NOTHROW(JsonText("{\"a\":" + std::string(63, '[') + std::string(63, ']') + "}", "f"));
}

TEST_CASE("context_place: the id is the digest of the name, and docker's rule for names holds", "[docker]") {
  CHECK(docker::context_place("/d", "prod").metadata ==
        "/d/contexts/meta/6754af9632a2745e85c293e5aac0863370d9bd3330b9938c00cadfd215227d77/meta.json");
  for (const char* name : {"", "a", "default", "-ab", ".ab", "a b", "a/b", "\xc3\xa4x"})
    CHECK_THROWS(docker::context_place("/d", name));
  for (const char* name : {"ab", "a-", "9.+_-", "docker.example.com"})
    CHECK_NOTHROW(docker::context_place("/d", name));
}

TEST_CASE("chosen_endpoint: docker's order", "[docker]") {
  using By = docker::ChosenEndpoint::By;
  const std::string config = R"({"currentContext": "c"})";
  const auto chosen = [](std::optional<std::string> host, std::optional<std::string> context, const std::string& text) {
    docker::ClientEnvironment environment;
    environment.host = std::move(host);
    environment.context = std::move(context);
    const auto found = docker::chosen_endpoint(environment, text, "f");
    return std::pair(found.by, found.value);
  };
  CHECK(chosen("tcp://h:1", "e", config) == std::pair(By::docker_host, std::string("tcp://h:1")));
  CHECK(chosen("", "e", config) == std::pair(By::docker_context, std::string("e")));
  CHECK(chosen({}, "", config) == std::pair(By::config, std::string("c")));
  CHECK(chosen({}, {}, "{}") == std::pair(By::nothing, std::string("default")));
  CHECK(chosen({}, {}, "") == std::pair(By::nothing, std::string("default")));
}
