// OkHttp: the scenarios on one client, over TLS or with prior knowledge.
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

public class OkHttp {
  static String base;
  static OkHttpClient client;

  static Request.Builder request(String path) {
    return new Request.Builder().url(base + path);
  }

  static String content(Response response) throws Exception {
    // Not bytes(), which compares the length with content-length, for HEAD too.
    byte[] body = response.body().source().readByteArray();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
    return "\"status\": " + response.code() + ", \"length\": " + body.length
        + ", \"sha256\": \"" + HexFormat.of().formatHex(digest) + "\"";
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

  static String message(Request request) throws Exception {
    try (Response response = client.newCall(request).execute()) {
      return content(response);
    }
  }

  static String streams() throws Exception {
    client.dispatcher().setMaxRequestsPerHost(10);
    CountDownLatch left = new CountDownLatch(10);
    AtomicInteger ok = new AtomicInteger();
    for (int n = 0; n < 10; n++) {
      client.newCall(request("/slow?streams-" + n).build()).enqueue(new Callback() {
        @Override public void onFailure(Call call, IOException error) {
          left.countDown();
        }

        @Override public void onResponse(Call call, Response response) {
          // Read to the end: closing before that resets the stream.
          try (response) {
            response.body().bytes();
            if (response.code() == 200) {
              ok.incrementAndGet();
            }
          } catch (IOException error) {
            System.err.println(error);
          }
          left.countDown();
        }
      });
    }
    left.await(20, TimeUnit.SECONDS);
    return "\"ok\": " + ok.get();
  }

  static String cancel() throws Exception {
    Call call = client.newCall(request("/endless?cancel").build());
    Response response = call.execute();
    int received = response.body().source().readByteArray(1000).length;
    call.cancel();
    response.close();
    Thread.sleep(50);  // nothing tells when the RST_STREAM has left; the next request is to come after it
    try (Response after = client.newCall(request("/get?cancel").build()).execute()) {
      after.body().bytes();
      return "\"received\": " + received + ", \"after\": " + after.code();
    }
  }

  static OkHttpClient make(String authority) throws Exception {
    OkHttpClient.Builder builder = new OkHttpClient.Builder();
    if (base.startsWith("http:")) {
      return builder.protocols(Collections.singletonList(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (FileInputStream file = new FileInputStream(authority)) {
      store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    X509TrustManager manager = (X509TrustManager) managers.getTrustManagers()[0];
    return builder.sslSocketFactory(context.getSocketFactory(), manager).build();
  }

  public static void main(String[] arguments) throws Exception {
    base = arguments[0];
    byte[] body = Files.readAllBytes(Paths.get(arguments[2]));
    client = make(arguments[1]);
    attempt("get", () -> message(request("/get?get").build()));
    attempt("echo", () -> message(request("/echo?echo").post(RequestBody.create(null, body)).build()));
    attempt("streams", OkHttp::streams);
    attempt("download", () -> message(request("/download?download").build()));
    attempt("trailers", () -> {
      try (Response response = client.newCall(request("/trailers?trailers").build()).execute()) {
        response.body().bytes();
        return "\"status\": " + response.code()
            + ", \"trailer\": \"" + response.trailers().get("x-trailer") + "\"";
      }
    });
    attempt("continue", () -> message(
        request("/echo?continue").header("Expect", "100-continue").post(RequestBody.create(null, body)).build()));
    attempt("head", () -> {
      try (Response response = client.newCall(request("/get?head").head().build()).execute()) {
        return content(response) + ", \"content_length\": " + response.header("content-length");
      }
    });
    attempt("not_found", () -> message(request("/missing?not_found").build()));
    attempt("push", () -> {
      message(request("/push?push").build());
      return "\"unsupported\": \"the public interface takes no pushes\"";
    });
    client = make(arguments[1]);
    attempt("cancel", OkHttp::cancel);
    System.exit(0);
  }
}
