#include <dockpki/base/error.hpp>
#include <dockpki/net/daemon.hpp>

#include "net/conversation.hpp"
#include "net/http.hpp"

namespace dockpki::net {
namespace {

constexpr std::size_t largest_response = 1U << 20U;

void converse(const Endpoint& endpoint, SSL_CTX& context, const std::string& path, Clock::time_point deadline, Answer& answer) {
  std::vector<Address> addresses = resolve(endpoint);
  const files::Fd socket = connect_to_one(addresses, deadline);
  Conversation with_daemon(context, socket.get());
  try {
    with_daemon.shake_hands(deadline);
    with_daemon.write(request_for(path), deadline);
    const std::string text = read_response([&] { return with_daemon.read(deadline); }, largest_response);
    if (text.size() > largest_response)
      throw Failure{Ending::garbled, "its answer is too long"};
    const Response response = parse_response(text);
    answer.certificate = with_daemon.certificate();
    answer.status = response.status;
    answer.body = response.body;
  } catch (const Failure&) {
    answer.certificate = with_daemon.certificate();
    throw;
  }
}

} // namespace

Answer ask(const Endpoint& endpoint, const Side& client, const std::string& path, std::chrono::milliseconds patience) {
  // Nobody is judged here, so that it does not matter when.
  const SslContext context = make_context(TLS_client_method(), client, TimePoint());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  Answer answer;
  try {
    converse(endpoint, *context, path, Clock::now() + patience, answer);
  } catch (const Failure& failure) {
    answer.failure = failure.reason;
  }
  return answer;
}

} // namespace dockpki::net
