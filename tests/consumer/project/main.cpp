// What somebody else's program does with the library: makes a key and a request, and reads one. No OpenSSL header is in sight.
#include <iostream>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/request.hpp>

using namespace dockpki::x509;

int main() {
  const PrivateKey key = PrivateKey::generate(KeyType::p256);
  const RequestFields fields{.subject = DistinguishedName::make(CommonName::parse("docker.example.com")),
                             .extended_key_usage = {std::string(server_auth_oid)},
                             .subject_alternative_name = {.dns = {DnsName::parse("docker.example.com")}, .ip = {}, .email = {}}};
  const Request request = Request::make(fields, key);
  std::cout << request.contents().subject.text()
            << (request.is_signed_by_its_key() ? ", signed by its key\n" : ", NOT signed by its key\n");
  try {
    Request::from_pem({}, "empty.csr");
  } catch (const dockpki::Error& error) {
    std::cout << error.what() << '\n';
  }
}
