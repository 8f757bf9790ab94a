package dev.weft.link.identity;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What a CA could sign that keeps to nothing. */
final class ForgedNode {

  private final Path authority;

  ForgedNode(Path authority) {
    this.authority = authority;
  }

  /**
   * @param name who it says it is
   * @param also another name it bears
   */
  IdentityFiles named(String name, String also, Path into)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    var keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    var builder =
        new JcaX509v3CertificateBuilder(
            certificate().getSubjectX500Principal(),
            BigInteger.TWO,
            Date.from(Instant.now().minusSeconds(60)),
            Date.from(Instant.now().plusSeconds(3_600)),
            new X500Principal("CN=%s,O=Weft".formatted(name)),
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, also)));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key());
    var forged = into.resolve("forged.pem");
    var forgedKey = into.resolve("forged.key");
    Files.writeString(forged, pem("CERTIFICATE", builder.build(signer).getEncoded()));
    Files.writeString(forgedKey, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    return new IdentityFiles(forged, forgedKey, into.resolve("berlin/trust.pem"));
  }

  private X509Certificate certificate() throws IOException, GeneralSecurityException {
    return CertificateUtils.getX509Certificates(
        new ByteArrayInputStream(Files.readAllBytes(authority.resolve("ca.pem"))))[0];
  }

  private PrivateKey key() throws IOException, GeneralSecurityException {
    return CertificateUtils.getPrivateKey(
        new ByteArrayInputStream(Files.readAllBytes(authority.resolve("ca.key"))));
  }

  private static String pem(String label, byte[] content) {
    var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, encoder.encodeToString(content), label);
  }
}
