// Jetty 9 HTTP2Client, its low-level interface: the scenarios on one session, over TLS or with prior knowledge.
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.PushPromiseFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;

public class Jetty {
  static String base;
  static String authority;
  static HTTP2Client client;

  static class Exchange implements Stream.Listener {
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    final CountDownLatch ended = new CountDownLatch(1);
    final CountDownLatch began = new CountDownLatch(1);
    final CompletableFuture<Exchange> pushed = new CompletableFuture<>();
    String path;
    byte[] content;
    boolean informed;
    volatile int status;
    volatile HttpFields fields = new HttpFields();
    volatile String trailer;
    volatile String reset;

    @Override public void onHeaders(Stream stream, HeadersFrame frame) {
      if (frame.getMetaData() instanceof MetaData.Response) {
        int got = ((MetaData.Response) frame.getMetaData()).getStatus();
        if (got == 100) {
          informed = true;
          send(stream);
          return;
        }
        status = got;
        fields = frame.getMetaData().getFields();
      } else {
        trailer = frame.getMetaData().getFields().get("x-trailer");
      }
      if (frame.isEndStream()) {
        ended.countDown();
      }
    }

    void send(Stream stream) {
      stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(content), true), Callback.NOOP);
    }

    @Override public void onData(Stream stream, DataFrame frame, Callback callback) {
      byte[] octets = new byte[frame.getData().remaining()];
      frame.getData().get(octets);
      body.writeBytes(octets);
      callback.succeeded();
      began.countDown();
      if (frame.isEndStream()) {
        ended.countDown();
      }
    }

    @Override public Stream.Listener onPush(Stream stream, PushPromiseFrame frame) {
      Exchange other = new Exchange();
      other.path = URI.create(((MetaData.Request) frame.getMetaData()).getURIString()).getPath();
      pushed.complete(other);
      return other;
    }

    @Override public void onReset(Stream stream, ResetFrame frame) {
      reset = "reset by the server: " + frame.getError();
      ended.countDown();
    }

    @Override public boolean onIdleTimeout(Stream stream, Throwable error) {
      return true;
    }

    Exchange whole() throws Exception {
      if (!ended.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no answer in time");
      }
      if (reset != null) {
        throw new IllegalStateException(reset);
      }
      return this;
    }

    String message() throws Exception {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.toByteArray());
      return "\"status\": " + status + ", \"length\": " + body.size()
          + ", \"sha256\": \"" + HexFormat.of().formatHex(digest) + "\"";
    }
  }

  static Session session() throws Exception {
    URI uri = URI.create(base);
    InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
    Promise.Completable<Session> made = new Promise.Completable<>();
    Session.Listener listener = new Session.Listener.Adapter();
    if (base.startsWith("https:")) {
      client.connect(client.getBean(SslContextFactory.Client.class), address, listener, made);
    } else {
      client.connect(address, listener, made);
    }
    return made.get(10, TimeUnit.SECONDS);
  }

  static Stream[] last = new Stream[1];

  static Exchange open(Session session, String method, String path, byte[] content, boolean expect) throws Exception {
    HttpFields fields = new HttpFields();
    if (expect) {
      fields.put("expect", "100-continue");
    }
    MetaData.Request request = new MetaData.Request(method, new HttpURI(base + path), HttpVersion.HTTP_2, fields);
    Exchange exchange = new Exchange();
    exchange.content = content;
    Promise.Completable<Stream> made = new Promise.Completable<>();
    session.newStream(new HeadersFrame(request, null, content == null), made, exchange);
    last[0] = made.get(10, TimeUnit.SECONDS);
    if (content != null && !expect) {
      exchange.send(last[0]);
    }
    return exchange;
  }

  static Exchange get(Session session, String path) throws Exception {
    return open(session, "GET", path, null, false).whole();
  }

  static void attempt(String scenario, Callable<String> scene) {
    String claims;
    try {
      claims = scene.call();
    } catch (Exception error) {
      claims = "\"error\": \"" + error.toString().replaceAll("[\"\\\\\\p{Cntrl}]", "'") + "\"";
    }
    System.out.println("{\"scenario\": \"" + scenario + "\", " + claims + "}");
  }

  public static void main(String[] arguments) throws Exception {
    base = arguments[0];
    byte[] body = Files.readAllBytes(Path.of(arguments[2]));
    client = new HTTP2Client();
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (var file = Files.newInputStream(Path.of(arguments[1]))) {
      store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setTrustStore(store);
    client.addBean(tls);
    client.setInitialSessionRecvWindow(1 << 24);
    client.start();
    Session session = session();
    attempt("get", () -> get(session, "/get?get").message());
    attempt("echo", () -> open(session, "POST", "/echo?echo", body, false).whole().message());
    attempt("streams", () -> {
      List<Exchange> all = new ArrayList<>();
      for (int n = 0; n < 10; n++) {
        all.add(open(session, "GET", "/slow?streams-" + n, null, false));
      }
      int ok = 0;
      for (Exchange one : all) {
        ok += one.whole().status == 200 ? 1 : 0;
      }
      return "\"ok\": " + ok;
    });
    attempt("download", () -> get(session, "/download?download").message());
    attempt("trailers", () -> {
      Exchange found = get(session, "/trailers?trailers");
      return "\"status\": " + found.status + ", \"trailer\": \"" + found.trailer + "\"";
    });
    attempt("continue", () -> open(session, "POST", "/echo?continue", body, true).whole().message());
    attempt("head", () -> {
      Exchange found = open(session, "HEAD", "/get?head", null, false).whole();
      return found.message() + ", \"content_length\": " + found.fields.get("content-length");
    });
    attempt("not_found", () -> get(session, "/missing?not_found").message());
    attempt("push", () -> {
      Exchange found = get(session, "/push?push");
      Exchange pushed = found.pushed.get(10, TimeUnit.SECONDS).whole();
      return pushed.message() + ", \"path\": \"" + pushed.path + "\"";
    });
    attempt("cancel", () -> {
      Session other = session();
      Exchange found = open(other, "GET", "/endless?cancel", null, false);
      Stream stream = last[0];
      found.began.await(10, TimeUnit.SECONDS);
      int received = found.body.size();
      Callback.Completable sent = new Callback.Completable();
      stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), sent);
      sent.get(10, TimeUnit.SECONDS);
      return "\"received\": " + received + ", \"after\": " + get(other, "/get?cancel").status;
    });
    System.exit(0);
  }
}
