// java.net.http.HttpClient: the scenarios on one client; HTTP/2 is agreed on by ALPN.
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class JavaNetHttp {
  static String base;

  static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path));
  }

  static String content(int status, byte[] body) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
    return "\"status\": " + status + ", \"length\": " + body.length
        + ", \"sha256\": \"" + HexFormat.of().formatHex(digest) + "\"";
  }

  static void say(String scenario, String claims) {
    System.out.println("{\"scenario\": \"" + scenario + "\", " + claims + "}");
  }

  static void attempt(String scenario, Callable<String> scene) {
    try {
      say(scenario, scene.call());
    } catch (Exception error) {
      say(scenario, "\"error\": \"" + error.toString().replaceAll("[\"\\\\\\p{Cntrl}]", "'") + "\"");
    }
  }

  static String message(HttpClient client, HttpRequest request) throws Exception {
    var response = client.sendAsync(request, BodyHandlers.ofByteArray()).get(20, TimeUnit.SECONDS);
    return content(response.statusCode(), response.body());
  }

  static HttpClient client(SSLContext context) {
    return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_2).build();
  }

  static String push(HttpClient client) throws Exception {
    var pushed = new ConcurrentHashMap<HttpRequest, CompletableFuture<HttpResponse<byte[]>>>();
    client.sendAsync(request("/push?push").build(), BodyHandlers.ofByteArray(),
        PushPromiseHandler.of(one -> BodyHandlers.ofByteArray(), pushed)).get(20, TimeUnit.SECONDS);
    for (var entry : pushed.entrySet()) {
      var response = entry.getValue().get(20, TimeUnit.SECONDS);
      return content(response.statusCode(), response.body())
          + ", \"path\": \"" + entry.getKey().uri().getPath() + "\"";
    }
    return "\"error\": \"no push\"";
  }

  static String cancel(HttpClient client) throws Exception {
    var response = client.send(request("/endless?cancel").build(), BodyHandlers.ofInputStream());
    int received = response.body().readNBytes(1000).length;
    response.body().close();
    var after = client.send(request("/get?cancel").build(), BodyHandlers.ofByteArray());
    return "\"received\": " + received + ", \"after\": " + after.statusCode();
  }

  public static void main(String[] arguments) throws Exception {
    base = arguments[0];
    byte[] body = Files.readAllBytes(Path.of(arguments[2]));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (var file = new FileInputStream(arguments[1])) {
      store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    HttpClient client = client(context);

    attempt("get", () -> message(client, request("/get?get").build()));
    attempt("echo", () -> message(client,
        request("/echo?echo").POST(BodyPublishers.ofByteArray(body)).build()));
    attempt("streams", () -> {
      List<CompletableFuture<HttpResponse<byte[]>>> all = IntStream.range(0, 10)
          .mapToObj(n -> client.sendAsync(request("/slow?streams-" + n).build(), BodyHandlers.ofByteArray()))
          .toList();
      int ok = 0;
      for (var one : all) {
        ok += one.get(20, TimeUnit.SECONDS).statusCode() == 200 ? 1 : 0;
      }
      return "\"ok\": " + ok;
    });
    attempt("download", () -> message(client, request("/download?download").build()));
    attempt("head", () -> {
      var response = client.send(
          request("/get?head").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
      return content(response.statusCode(), response.body())
          + ", \"content_length\": " + response.headers().firstValueAsLong("content-length").orElse(-1);
    });
    attempt("not_found", () -> message(client, request("/missing?not_found").build()));
    attempt("continue", () -> message(client,
        request("/echo?continue").expectContinue(true).POST(BodyPublishers.ofByteArray(body)).build()));
    attempt("trailers", () -> {
      var response = client.send(request("/trailers?trailers").build(), BodyHandlers.ofByteArray());
      var trailer = response.headers().firstValue("x-trailer");
      return trailer.isPresent()
          ? "\"status\": " + response.statusCode() + ", \"trailer\": \"" + trailer.get() + "\""
          : "\"unsupported\": \"the trailer section is dropped\"";
    });
    attempt("push", () -> push(client(context)));
    attempt("cancel", () -> cancel(client(context)));
    System.exit(0);
  }
}
