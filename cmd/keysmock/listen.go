package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// unixPrefix is how -addr names a unix socket.
const unixPrefix = "unix:"

// listen listens on addr, host:port or unix:PATH.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	path, unix := strings.CutPrefix(addr, unixPrefix)
	if !unix {
		return new(net.ListenConfig).Listen(ctx, "tcp", addr)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if errors.Is(err, syscall.EADDRINUSE) && abandoned(ctx, path) {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
		listener, err = new(net.ListenConfig).Listen(ctx, "unix", path)
	}
	return listener, err
}

// abandoned reports whether path is a socket without a listener, as a killed process leaves it.
func abandoned(ctx context.Context, path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSocket == 0 {
		return false
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		_ = conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// validAddr reports whether addr is host:port or unix:PATH.
func validAddr(addr string) bool {
	if path, unix := strings.CutPrefix(addr, unixPrefix); unix {
		return path != ""
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// local reports whether only this machine can reach addr. "@" is the peer of a unix socket.
func local(addr string) bool {
	if addr == "@" || strings.HasPrefix(addr, unixPrefix) {
		return true
	}
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopback(host)
}

// loopback reports whether host is localhost or a loopback address.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// baseURL returns the lines that tell a shell how this machine reaches the listener.
func baseURL(listener net.Listener, scheme string) string {
	addr := listener.Addr().String()
	if listener.Addr().Network() == "unix" {
		return fmt.Sprintf("QAI_BASE_URL=%s://localhost\nQAI_SOCKET=%s\n", scheme, shellQuote(addr))
	}
	if tcp, err := netip.ParseAddrPort(addr); err == nil && tcp.Addr().IsUnspecified() {
		addr = fmt.Sprintf("127.0.0.1:%d", tcp.Port())
	}
	return fmt.Sprintf("QAI_BASE_URL=%s://%s\n", scheme, addr)
}

// certificate is a certificate for localhost, and the file that a client needs to trust it.
type certificate struct {
	tls.Certificate

	file string
}

// makeCertificate makes a certificate that is valid for a week, and its file in a new directory.
func makeCertificate() (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "keysmock"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(7 * 24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true, // So that a client can trust it as a root.
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "keysmock-")
	if err != nil {
		return nil, err
	}
	c := &certificate{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, filepath.Join(dir, "ca.pem")}
	err = os.WriteFile(c.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
	if err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

// remove removes the file and its directory.
func (c *certificate) remove() { _ = os.RemoveAll(filepath.Dir(c.file)) }
