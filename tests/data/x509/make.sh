#!/bin/sh
# Makes the files of this folder with openssl(1), in the current folder. They were made with OpenSSL 3.0.19; a new run gives new
# keys and dates, and the tests that name serial numbers, dates or counts say what they expect.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/ca"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa2048.key
openssl rsa -in rsa2048.key -traditional -out rsa2048-pkcs1.key
openssl rsa -in rsa2048.key -traditional -aes128 -passout pass:secret -out rsa2048-legacy-encrypted.key
openssl req -new -key rsa2048.key -subj "/C=DE/O=Example, Inc./CN=docker-ca" -out "$work"/v1.csr
openssl x509 -req -in "$work"/v1.csr -signkey rsa2048.key -days 36500 -sha256 -out rsa2048-v1.crt
openssl x509 -req -in "$work"/v1.csr -signkey rsa2048.key -days 36500 -sha1 -out rsa2048-v1-sha1.crt
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa1024.key
openssl ecparam -name prime256v1 -genkey -out p256-sec1.key
openssl ecparam -name secp521r1 -genkey -noout -out p521-sec1.key
openssl ecparam -name secp256k1 -genkey -noout -out secp256k1-sec1.key
openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit | openssl pkcs8 -topk8 -nocrypt -out p256-explicit.key
openssl pkcs8 -topk8 -in p256-sec1.key -v2 aes256 -v2prf hmacWithSHA256 -iter 2048 -passout pass:secret -out p256-aes256.key
openssl pkcs8 -topk8 -in p256-sec1.key -v2 aes128 -v2prf hmacWithSHA1 -iter 2048 -passout pass:secret -out p256-aes128-sha1.key
openssl pkcs8 -topk8 -in p256-sec1.key -v2 aes192 -v2prf hmacWithSHA512 -iter 2048 -passout pass:secret -out p256-aes192-sha512.key
openssl pkcs8 -topk8 -in p256-sec1.key -v2 des3 -passout pass:secret -out p256-des3.key
openssl ec -in p256-sec1.key -des3 -passout pass:secret -out p256-legacy-des3.key
openssl pkcs8 -topk8 -in p256-sec1.key -v1 PBE-SHA1-3DES -passout pass:secret -out p256-pbes1.key
openssl dsaparam -genkey -out "$work"/dsa.tmp 1024 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in "$work"/dsa.tmp -out dsa1024.key
openssl pkey -in dsa1024.key -pubout -out dsa1024.pub
openssl pkey -in secp256k1-sec1.key -pubout -out secp256k1.pub
openssl pkey -in rsa1024.key -pubout -out rsa1024.pub
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out "$work"/e3.key
openssl pkey -in "$work"/e3.key -pubout -out rsa2048-exponent3.pub
openssl pkey -in p256-sec1.key -pubout -ec_conv_form compressed -out p256-compressed.pub
cat > "$work"/many.cnf <<'C'
[req]
distinguished_name = dn
prompt = no
string_mask = nombstr
[dn]
C = DE
O = Bücher & Söhne
CN = many.example
[ext]
basicConstraints = critical,CA:TRUE,pathlen:3
keyUsage = digitalSignature,keyCertSign,cRLSign,decipherOnly,keyAgreement
extendedKeyUsage = serverAuth,clientAuth,1.3.6.1.4.1.99999.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer:always
subjectAltName = DNS:many.example,DNS:under_score.example,IP:10.0.0.1,IP:fd00::1,email:joe@many.example,URI:https://many.example/,RID:1.2.3.4,otherName:1.2.3.4;UTF8:x,dirName:dir
nameConstraints = permitted;DNS:.many.example,permitted;IP:10.0.0.0/255.0.0.0,excluded;email:evil.example,excluded;IP:192.168.0.0/255.0.255.0,permitted;dirName:dir
certificatePolicies = 1.2.3.4
crlDistributionPoints = URI:http://many.example/crl
nsComment = made by a stranger
1.3.6.1.4.1.99999.2 = critical,ASN1:UTF8String:unknown
[dir]
O = Dir
[csr]
subjectAltName = DNS:a.example,DNS:b.example,IP:192.168.1.10
extendedKeyUsage = serverAuth,clientAuth
[csrca]
basicConstraints = critical,CA:TRUE
keyUsage = keyCertSign
C
openssl req -x509 -utf8 -key rsa2048.key -sha384 -set_serial -5 -days 36500 -config "$work"/many.cnf -extensions ext -out many-extensions.crt
openssl req -new -key p256-sec1.key -config "$work"/many.cnf -utf8 -reqexts csr -out san-and-usage.csr
openssl req -new -key p256-sec1.key -subj /CN=plain -out plain.csr
openssl req -new -key rsa2048.key -config "$work"/many.cnf -utf8 -reqexts csrca -newhdr -out ca-wish.csr
openssl req -x509 -key rsa2048.key -sigopt rsa_padding_mode:pss -sha256 -subj /CN=pss -days 36500 -out rsa-pss.crt
openssl req -x509 -key p256-sec1.key -sha256 -subj /CN=ca.example -days 36500 -out p256-ca.crt
echo 0A > "$work"/ca/crlnumber
cat > "$work"/ca/ca.cnf <<C
[ca]
default_ca = x
[x]
database = $work/ca/index.txt
crlnumber = $work/ca/crlnumber
default_md = sha256
default_crl_days = 36500
crl_extensions = e
[e]
authorityKeyIdentifier = keyid
C
printf 'R\t360101000000Z\t260101120000Z,keyCompromise\t01\tunknown\t/CN=one\nR\t360101000000Z\t260201120000Z\tDEADBEEF\tunknown\t/CN=two\nR\t360101000000Z\t260301120000Z,superseded\t03\tunknown\t/CN=three\n' > "$work"/ca/index.txt
openssl ca -gencrl -config "$work"/ca/ca.cnf -cert p256-ca.crt -keyfile p256-sec1.key -out reasons.crl
