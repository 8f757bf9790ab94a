package dev.weft.link.identity;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A node's key and certificate, and the CAs it believes, as they are in its files now. Files are
 * looked at again and again; what is there is taken once it is right as a whole, so a pair that is
 * half replaced changes nothing. New connections show and believe what was taken last; open ones go
 * on.
 */
public final class Identity implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Identity.class.getName());
  private static final int BYTES_MAX = 1 << 20;

  private final IdentityFiles files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final ScheduledExecutorService thread;
  private final AdvancedTlsX509TrustManager trustWhateverHost;
  private Content taken;
  private Content refused;
  private String told = "";
  private volatile X509Certificate own;
  private volatile int version;

  private record Content(byte[] certificate, byte[] key, byte[] trust) {

    boolean isAs(Content other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(trust, other.trust);
    }
  }

  private record Parsed(X509Certificate[] chain, PrivateKey key, X509Certificate[] trusted) {}

  private Identity(IdentityFiles files, ScheduledExecutorService thread) {
    this.files = files;
    this.thread = thread;
    this.trust = trust(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);
    this.trustWhateverHost = trust(Verification.CERTIFICATE_ONLY_VERIFICATION);
    this.taken = read(files);
    this.refused = taken;
    var parsed = parse(taken, Instant.now());
    this.own = parsed.chain()[0];
    use(parsed);
  }

  private static AdvancedTlsX509TrustManager trust(Verification verification) {
    try {
      return AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no trust manager", e);
    }
  }

  /**
   * Reads an identity, and looks whether it has changed until it is closed.
   *
   * @throws IdentityException naming the file that cannot be used
   */
  public static Identity open(IdentityFiles files, Duration every) {
    var thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weft-link-identity").factory());
    try {
      var identity = new Identity(files, thread);
      var nanos = every.toNanos();
      var _ =
          thread.scheduleWithFixedDelay(
              () -> {
                var _ = identity.look();
              },
              nanos,
              nanos,
              TimeUnit.NANOSECONDS);
      return identity;
    } catch (RuntimeException e) {
      thread.shutdownNow();
      throw e;
    }
  }

  /**
   * Looks at the files now.
   *
   * @return whether something new was taken
   */
  public synchronized boolean look() {
    try {
      var now = read(files);
      if (now.isAs(taken) || now.isAs(refused)) {
        return false;
      }
      told = "";
      refused = now;
      var parsed = parse(now, Instant.now());
      use(parsed);
      taken = now;
      own = parsed.chain()[0];
      LOG.log(Level.INFO, "identity: {0} taken, good until {1}", name(), goodUntil());
      return true;
    } catch (RuntimeException e) {
      var why = String.valueOf(e.getMessage());
      if (!why.equals(told)) {
        LOG.log(Level.WARNING, "identity: as before, for {0}", why);
      }
      told = why;
      return false;
    }
  }

  /** What the node is called in its certificate. */
  public String name() {
    return PeerName.of(own);
  }

  public Instant goodUntil() {
    return own.getNotAfter().toInstant();
  }

  /**
   * A context of the JDK's, for others than links: shows and believes what was taken last. New at
   * each call, so that no session of before counts.
   *
   * @param verifiesHosts whether a server's certificate must bear the host that is connected to
   */
  public SSLContext context(boolean verifiesHosts) {
    try {
      var context = SSLContext.getInstance("TLSv1.3");
      var believed = new SiteTrust(verifiesHosts ? trust : trustWhateverHost);
      context.init(new KeyManager[] {keys}, new TrustManager[] {believed}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS 1.3", e);
    }
  }

  /**
   * Whether a peer's certificates are believed now. A connection may stand on a handshake of
   * before, when something else was.
   *
   * @param chain its own first
   */
  boolean isBelieved(List<X509Certificate> chain) {
    try {
      var anchors = new HashSet<TrustAnchor>();
      for (var authority : trust.getAcceptedIssuers()) {
        anchors.add(new TrustAnchor(authority, null));
      }
      var below = chain.stream().filter(each -> anchors.stream().noneMatch(isOf(each))).toList();
      var path = CertificateFactory.getInstance("X.509").generateCertPath(below);
      var terms = new PKIXParameters(anchors);
      terms.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX").validate(path, terms);
      return PeerName.foreign(chain.getFirst(), PeerName.sites(trust.getAcceptedIssuers()))
          .isEmpty();
    } catch (GeneralSecurityException e) {
      LOG.log(Level.DEBUG, "a peer that is not believed", e);
      return false;
    }
  }

  private static Predicate<TrustAnchor> isOf(X509Certificate certificate) {
    return anchor -> certificate.equals(anchor.getTrustedCert());
  }

  /** Grows with each change that was taken. */
  int version() {
    return version;
  }

  AdvancedTlsX509KeyManager keys() {
    return keys;
  }

  SiteTrust trust() {
    return new SiteTrust(trust);
  }

  private void use(Parsed parsed) {
    try {
      trust.updateTrustCredentials(parsed.trusted());
      trustWhateverHost.updateTrustCredentials(parsed.trusted());
      keys.updateIdentityCredentials(parsed.chain(), parsed.key());
      version++;
    } catch (IOException | GeneralSecurityException e) {
      throw new IdentityException("%s: %s".formatted(files.trust(), e.getMessage()), e);
    }
  }

  private Parsed parse(Content content, Instant now) {
    var chain = certificates(files.certificate(), content.certificate());
    var trusted = certificates(files.trust(), content.trust());
    var key = key(content.key());
    var own = chain[0];
    if (own.getNotAfter().before(Date.from(now))) {
      throw new IdentityException(
          "%s: good until %s (expected: now)"
              .formatted(files.certificate(), own.getNotAfter().toInstant()));
    }
    if (!isPair(key, own.getPublicKey())) {
      throw new IdentityException(
          "%s: of another certificate (expected: the key of the first one in %s)"
              .formatted(files.key(), files.certificate()));
    }
    return new Parsed(chain, key, trusted);
  }

  private static X509Certificate[] certificates(Path file, byte[] pem) {
    try {
      var certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
      if (certificates.length > 0) {
        return certificates;
      }
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          "%s: %s (expected: certificates in PEM)".formatted(file, e.getMessage()), e);
    }
    throw new IdentityException("%s: none (expected: certificates in PEM)".formatted(file));
  }

  private PrivateKey key(byte[] pem) {
    try {
      return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IdentityException(
          "%s: %s (expected: PRIVATE KEY in PEM; openssl pkcs8 -topk8 -nocrypt makes one of others)"
              .formatted(files.key(), e.getMessage()),
          e);
    }
  }

  private static Content read(IdentityFiles files) {
    return new Content(bytes(files.certificate()), bytes(files.key()), bytes(files.trust()));
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IdentityException(
            "%s: more bytes (expected: at most %d)".formatted(file, BYTES_MAX));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IdentityException("%s: not there (expected: a PEM file)".formatted(file), e);
    } catch (IOException e) {
      throw new IdentityException("%s: %s (expected: a readable file)".formatted(file, e), e);
    }
  }

  /** Whether what one signs the other proves. */
  private static boolean isPair(PrivateKey key, PublicKey publicKey) {
    var algorithm = publicKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      var proving = Signature.getInstance(algorithm);
      proving.initVerify(publicKey);
      proving.update((byte) 1);
      return proving.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Looks no more; what was taken last stays. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
