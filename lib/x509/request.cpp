#include <dockpki/x509/request.hpp>

#include <algorithm>

#include <dockpki/x509/pem.hpp>

#include "x509/distinguished_name.hpp"
#include "x509/extensions.hpp"
#include "x509/oid.hpp"
#include "x509/pem_reader.hpp"
#include "x509/public_key.hpp"
#include "x509/signed.hpp"

namespace dockpki::x509 {
namespace {

using der::Reader;

constexpr std::uint8_t attributes_tag = der::tag::constructed(0);

void interpret(RequestContents& contents, const std::string& type, const Reader& value) {
  if (type == oid::basic_constraints)
    contents.basic_constraints = read_basic_constraints(value);
  else if (type == oid::key_usage)
    contents.key_usage = read_key_usage(value);
  else if (type == oid::extended_key_usage)
    contents.extended_key_usage = read_extended_key_usage(value);
  else if (type == oid::subject_alternative_name)
    contents.subject_alternative_name = read_subject_alternative_name(value);
}

/// Attributes (RFC 2986 4.1); only extensionRequest is looked into.
void read_attributes(Reader attributes, RequestContents& contents) {
  bool has_extensions = false;
  while (!attributes.empty()) {
    const Reader before = attributes;
    Reader attribute = attributes.enter(der::tag::sequence, "attribute");
    const std::string type = attribute.oid("attribute");
    Reader values = attribute.enter(der::tag::set, "attribute");
    attribute.finish("attribute");
    if (type != oid::extension_request)
      continue;
    if (has_extensions)
      before.fail("extensionRequest", "stands there twice");
    has_extensions = true;
    for (RawExtension& raw : read_extensions(values)) {
      interpret(contents, raw.extension.oid, raw.value);
      contents.extensions.push_back(std::move(raw.extension));
    }
    values.finish("extensionRequest");
  }
}

RequestContents read_info(Reader& in) {
  Reader info = in.enter(der::tag::sequence, "request");
  in.finish("request");
  if (info.small_number("version") != 0)
    info.fail("version", "not 1"); // which is written as 0
  DistinguishedName subject = read_name(info, "subject");
  RequestContents contents{std::move(subject), PublicKey::from_der(read_public_key(info).whole), {}, {}, {}, {}, {}};
  // RFC 2986 wants the attributes there even if there are none; some leave them out.
  if (auto attributes = info.enter_if(attributes_tag, "attributes"))
    read_attributes(*attributes, contents);
  info.finish("request");
  return contents;
}

struct Parts {
  SignedParts frame;
  RequestContents contents;
};

Parts read_request(Bytes der) {
  refuse_too_large(der);
  Reader in(der);
  SignedParts frame = read_signed(in, "request");
  Reader info = in.inside(frame.signed_part);
  RequestContents contents = read_info(info);
  return {std::move(frame), std::move(contents)};
}

std::vector<std::uint8_t> encode_info(const RequestFields& fields, const PublicKey& key) {
  der::Writer out;
  const auto write_extensions = [&] {
    if (!fields.extended_key_usage.empty())
      write_extended_key_usage(out, fields.extended_key_usage);
    if (!fields.subject_alternative_name.empty())
      write_subject_alternative_name(out, fields.subject_alternative_name,
                                     fields.subject.attributes().empty() ? Critical::yes : Critical::no);
  };
  const auto write_attribute = [&] {
    out.oid(oid::extension_request);
    out.nest(der::tag::set, [&] { out.sequence(write_extensions); });
  };
  out.sequence([&] {
    out.number(0);
    out.raw(fields.subject.der());
    out.raw(key.der());
    out.nest(attributes_tag, [&] {
      if (!fields.extended_key_usage.empty() || !fields.subject_alternative_name.empty())
        out.sequence(write_attribute);
    });
  });
  return out.vector();
}

/// What a stranger's text says is compared with what was asked for.
bool has_names(const std::optional<GeneralNames>& found, const SubjectAlternativeName& asked) {
  if (!found)
    return asked.empty();
  const auto is_same_text = [](const std::string& text, const auto& name) { return text == name.text(); };
  return found->uri.empty() && found->other.empty() && found->ip == asked.ip &&
         std::equal(found->dns.begin(), found->dns.end(), asked.dns.begin(), asked.dns.end(), is_same_text) &&
         std::equal(found->email.begin(), found->email.end(), asked.email.begin(), asked.email.end(), is_same_text);
}

} // namespace

Request Request::make(const RequestFields& fields, const PrivateKey& key) {
  const std::vector<std::uint8_t> info = encode_info(fields, key.public_key());
  Request request = from_der(write_signed(info, key.signature_algorithm(), key.sign(info)));
  const RequestContents& found = request.contents();
  if (!(found.subject == fields.subject) || !(found.subject_public_key == key.public_key()) ||
      found.extended_key_usage.value_or(std::vector<std::string>{}) != fields.extended_key_usage ||
      !has_names(found.subject_alternative_name, fields.subject_alternative_name))
    throw Error(Errc::crypto, "failed to make request: what was written does not read back as asked");
  return request;
}

Request Request::from_der(Bytes der) {
  Parts parts = der::reading("request", {}, [&] { return read_request(der); });
  Request request(std::move(parts.contents));
  request.der_.assign(der.begin(), der.end());
  request.info_offset_ = static_cast<std::size_t>(parts.frame.signed_part.data() - der.data());
  request.info_size_ = parts.frame.signed_part.size();
  request.signature_algorithm_ = parts.frame.algorithm.known;
  request.signature_.assign(parts.frame.signature.begin(), parts.frame.signature.end());
  return request;
}

Request Request::from_pem(Bytes pem, std::string_view name) {
  const PemBlock block = der::reading("request", name, [&] {
    PemBlock found = read_single_block(pem, {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"}, "a certificate request");
    read_request(found.der.bytes()); // here a fault is told with the name
    return found;
  });
  return from_der(block.der.bytes());
}

std::string Request::pem() const {
  return write_pem("CERTIFICATE REQUEST", der_);
}

bool Request::is_signed_by_its_key() const {
  return verifies_signature(contents_.subject_public_key, Bytes(der_).subspan(info_offset_, info_size_), signature_,
                            signature_algorithm_);
}

} // namespace dockpki::x509
