package dev.weft.gateway.protection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that vouches for itself and its key, made by the JDK's keytool, in PEM. */
public record Certificates(Path store, Path certificate, Path key) {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Makes one for localhost, good for a month. */
  public static Certificates make(Path folder, String name) {
    return make(folder, name, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30");
  }

  /**
   * Makes one for localhost.
   *
   * @param options of keytool
   */
  static Certificates make(Path folder, String name, String... options) {
    var store = folder.resolve(name + ".p12");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "own", "-dname", "CN=" + name));
    command.addAll(List.of("-ext", "SAN=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
    command.addAll(List.of(options));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(said);
      }
      return written(folder, name, store);
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Certificates written(Path folder, String name, Path store)
      throws IOException, GeneralSecurityException {
    var keys = load(store);
    var certificate =
        Files.writeString(
            folder.resolve(name + ".pem"),
            pem("CERTIFICATE", keys.getCertificate("own").getEncoded()));
    var key =
        Files.writeString(
            folder.resolve(name + ".key"),
            pem("PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded()));
    return new Certificates(store, certificate, key);
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(store)) {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      return keys;
    }
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(content));
  }

  /** What a client needs that trusts these certificates. */
  public static SSLContext trusting(Certificates... servers) {
    return client(new KeyManager[0], servers);
  }

  /** What a client needs that shows this certificate, and trusts that of {@code server}. */
  public SSLContext showing(Certificates server) {
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(load(store), PASSWORD);
      return client(keys.getKeyManagers(), server);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static SSLContext client(KeyManager[] keys, Certificates... servers) {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, PASSWORD);
      for (var server : servers) {
        trusted.setCertificateEntry(
            server.store().toString(), load(server.store()).getCertificate("own"));
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
