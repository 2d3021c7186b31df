// Why: what reads PEM of one kind says so in its messages: "it is a certificate, not a private key".
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include <dockpki/x509/pem.hpp>

namespace dockpki::x509 {

/// read_blocks is read_pem, but throws der::Malformed, which knows no name.
std::vector<PemBlock> read_blocks(Bytes text, Explanatory explanatory = Explanatory::refused);

/// read_single_block reads exactly one block with one of `labels`; `wanted` ("a private key") is for messages. A block of
/// EC PARAMETERS, as `openssl ecparam -genkey` writes it, may stand before an EC PRIVATE KEY. Throws der::Malformed.
PemBlock read_single_block(Bytes text, std::initializer_list<std::string_view> labels, std::string_view wanted);

/// "a certificate", ..., "a block 'LABEL'": what a label stands for.
std::string describe_label(std::string_view label);

} // namespace dockpki::x509
