// Go's own verdicts, a line each, for what stands on standard input: see judge_go.py.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func octets(field string) []byte {
	decoded, _ := hex.DecodeString(strings.TrimPrefix(field, "-"))
	return decoded
}

func pool(field string) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, one := range strings.Split(strings.TrimPrefix(field, "-"), ",") {
		if certificate, err := x509.ParseCertificate(octets(one)); err == nil {
			pool.AddCert(certificate)
		}
	}
	return pool
}

func verify(fields []string) error {
	leaf, err := x509.ParseCertificate(octets(fields[6]))
	if err != nil {
		return err
	}
	usage := x509.ExtKeyUsageServerAuth
	if fields[3] == "client" {
		usage = x509.ExtKeyUsageClientAuth
	}
	now, _ := strconv.ParseInt(fields[2], 10, 64)
	_, err = leaf.Verify(x509.VerifyOptions{
		DNSName: strings.TrimPrefix(fields[1], "-"), CurrentTime: time.Unix(now, 0).UTC(), KeyUsages: []x509.ExtKeyUsage{usage},
		Roots: pool(fields[4]), Intermediates: pool(fields[5])})
	return err
}

func judge(fields []string) error {
	if fields[0] == "verify" {
		return verify(fields)
	}
	_, err := tls.X509KeyPair(octets(fields[1]), octets(fields[2]))
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if err := judge(strings.Fields(lines.Text())); err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", "~"))
		} else {
			fmt.Println("ok")
		}
	}
}
