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
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
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
	removeAbandoned(ctx, path)
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if errors.Is(err, syscall.EINVAL) {
		return nil, fmt.Errorf("%w: the path may be too long: it can have about a hundred bytes", err)
	}
	if err != nil {
		return nil, err
	}
	socket, _ := listener.(*net.UnixListener)
	socket.SetUnlinkOnClose(false)
	made, _ := os.Lstat(path)
	return &unixListener{UnixListener: socket, made: made}, nil
}

// unixListener is a listener that removes its socket, and nothing else that stands there by then.
type unixListener struct {
	*net.UnixListener

	made    fs.FileInfo
	removed sync.Once
}

// Close looks at the file while the socket is open, since no other file can have its inode then.
func (l *unixListener) Close() error {
	l.removed.Do(func() { removeMade(l.Addr().String(), l.made) })
	return l.UnixListener.Close()
}

// removeMade removes the file at path, unless it is another one than was made. A newer one may have its inode.
func removeMade(path string, made fs.FileInfo) {
	if now, err := os.Lstat(path); err == nil && os.SameFile(made, now) && made.ModTime().Equal(now.ModTime()) {
		_ = os.Remove(path)
	}
}

// removeAbandoned removes a socket without a listener, as a killed process leaves it. One that is about to listen gets time to.
func removeAbandoned(ctx context.Context, path string) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSocket == 0 || !refuses(ctx, path) {
		return
	}
	select {
	case <-time.After(50 * time.Millisecond):
	case <-ctx.Done():
		return
	}
	if refuses(ctx, path) {
		removeMade(path, info)
	}
}

// refuses reports whether nothing listens on the socket at path.
func refuses(ctx context.Context, path string) bool {
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

// local reports whether an -addr can be reached from this machine only.
func local(addr string) bool { return strings.HasPrefix(addr, unixPrefix) || loopback(addr) }

// loopback reports whether addr, a host with or without a port, is localhost or a loopback address.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = strings.Trim(addr, "[]")
	}
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// baseURL returns the variables that tell how this machine reaches the listener.
func baseURL(listener net.Listener, scheme string) []string {
	addr := listener.Addr().String()
	if listener.Addr().Network() == "unix" {
		return []string{"QAI_BASE_URL=" + scheme + "://localhost", "QAI_SOCKET=" + absolute(addr)}
	}
	if tcp, err := netip.ParseAddrPort(addr); err == nil && tcp.Addr().IsUnspecified() {
		addr = fmt.Sprintf("127.0.0.1:%d", tcp.Port())
	}
	return []string{"QAI_BASE_URL=" + scheme + "://" + addr}
}

// maxSocket is how many bytes the path of a socket can have on every system.
const maxSocket = 103

// absolute returns the absolute path of a socket, for programs in other directories. The name of an abstract one stays, and so does a path
// that would be too long.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil && len(abs) <= maxSocket && !strings.HasPrefix(path, "@") {
		return abs
	}
	return path
}

// makeCertificate makes a certificate for localhost that is valid for a week, and a file that a client needs to trust it,
// which remove removes.
func makeCertificate() (certificate tls.Certificate, file string, remove func(), err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certificate, "", nil, err
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "keysmock"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(7 * 24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA: true, BasicConstraintsValid: true, // So that a client can trust it as a root.
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return certificate, "", nil, err
	}
	dir, err := filepath.Abs(os.TempDir())
	if err != nil {
		return certificate, "", nil, err
	}
	ca, err := os.CreateTemp(dir, "keysmock-*.pem")
	if err != nil {
		return certificate, "", nil, err
	}
	remove = func() {
		made, _ := ca.Stat() // The file stays open until then, so that no other can have its inode.
		_ = ca.Close()
		removeMade(ca.Name(), made)
	}
	if err := pem.Encode(ca, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		remove()
		return certificate, "", nil, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, ca.Name(), remove, nil
}
