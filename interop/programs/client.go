// net/http of Go's standard library: the scenarios on one client, HTTP/2 only.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

type claims map[string]any

var base string

func client(authority string) *http.Client {
	protocols := new(http.Protocols)
	transport := &http.Transport{Protocols: protocols, ExpectContinueTimeout: 5 * time.Second}
	if strings.HasPrefix(base, "https:") {
		protocols.SetHTTP2(true)
		octets, err := os.ReadFile(authority)
		if err != nil {
			panic(err)
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(octets)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	} else {
		protocols.SetUnencryptedHTTP2(true)
	}
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

func request(method, path string, body []byte) *http.Request {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	made, err := http.NewRequest(method, base+path, reader)
	if err != nil {
		panic(err)
	}
	return made
}

func message(c *http.Client, r *http.Request) (claims, *http.Response, error) {
	response, err := c.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	if response.ProtoMajor != 2 {
		return nil, nil, fmt.Errorf("not HTTP/2 but %s", response.Proto)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(content)
	said := claims{"status": response.StatusCode, "length": len(content), "sha256": hex.EncodeToString(sum[:])}
	return said, response, nil
}

func attempt(scenario string, scene func() (claims, error)) {
	said, err := scene()
	if err != nil {
		said = claims{"error": err.Error()}
	}
	said["scenario"] = scenario
	json.NewEncoder(os.Stdout).Encode(said)
}

func cancel(c *http.Client) (claims, error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	response, err := c.Do(request("GET", "/endless?cancel", nil).WithContext(ctx))
	if err != nil {
		return nil, err
	}
	received, err := response.Body.Read(make([]byte, 1000))
	if err != nil {
		return nil, err
	}
	stop()
	response.Body.Close()
	time.Sleep(50 * time.Millisecond) // nothing tells when the RST_STREAM has left
	after, _, err := message(c, request("GET", "/get?cancel", nil))
	if err != nil {
		return nil, err
	}
	return claims{"received": received, "after": after["status"]}, nil
}

func main() {
	base = os.Args[1]
	body, err := os.ReadFile(os.Args[3])
	if err != nil {
		panic(err)
	}
	c := client(os.Args[2])
	simple := func(scenario, method, path string, body []byte) {
		attempt(scenario, func() (claims, error) {
			said, _, err := message(c, request(method, path, body))
			return said, err
		})
	}
	simple("get", "GET", "/get?get", nil)
	simple("echo", "POST", "/echo?echo", body)
	attempt("streams", func() (claims, error) {
		found := make(chan int)
		for n := range 10 {
			go func() {
				said, _, err := message(c, request("GET", fmt.Sprintf("/slow?streams-%d", n), nil))
				if err != nil || said["status"] != 200 {
					found <- 0
					return
				}
				found <- 1
			}()
		}
		ok := 0
		for range 10 {
			ok += <-found
		}
		return claims{"ok": ok}, nil
	})
	simple("download", "GET", "/download?download", nil)
	attempt("trailers", func() (claims, error) {
		said, response, err := message(c, request("GET", "/trailers?trailers", nil))
		if err != nil {
			return nil, err
		}
		return claims{"status": said["status"], "trailer": response.Trailer.Get("x-trailer")}, nil
	})
	attempt("continue", func() (claims, error) {
		asked := request("POST", "/echo?continue", body)
		asked.Header.Set("Expect", "100-continue")
		said, _, err := message(c, asked)
		return said, err
	})
	attempt("head", func() (claims, error) {
		said, response, err := message(c, request("HEAD", "/get?head", nil))
		if err == nil {
			said["content_length"] = response.ContentLength
		}
		return said, err
	})
	simple("not_found", "GET", "/missing?not_found", nil)
	attempt("cancel", func() (claims, error) { return cancel(c) })
	attempt("push", func() (claims, error) { return claims{"unsupported": "SETTINGS ENABLE_PUSH=0"}, nil })
}
