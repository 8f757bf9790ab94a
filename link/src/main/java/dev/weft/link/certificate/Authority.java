package dev.weft.link.certificate;

import dev.weft.link.identity.PeerName;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A site's CA: vouches for the site's nodes, and for nobody else. Profiles follow RFC 5280. No
 * clock and no randomness of its own.
 */
final class Authority {

  /** Clocks of nodes may differ; nothing is valid only from the very moment on. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final int SERIAL_BYTES = 16;
  private static final int NAME_BYTES = 3;
  private static final int HOSTS_MAX = 64;

  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern HOST =
      Pattern.compile(
          "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*");

  private final String site;
  private final Identification own;

  Authority(String site, Identification own) {
    this.site = site;
    this.own = own;
  }

  /** A new one, which vouches for itself. */
  static Authority create(
      String site, KeyKind kind, Duration validity, Instant now, SecureRandom random) {
    NodeName.require("site", site);
    // Not the name of the one before it, so that nobody takes one for the other.
    var suffix = new byte[NAME_BYTES];
    random.nextBytes(suffix);
    var name =
        new X500Principal(
            "CN=%s CA %s,OU=%s,O=%s"
                .formatted(site, HexFormat.of().formatHex(suffix), site, PeerName.ORGANIZATION));
    try {
      var keys = kind.make(random);
      var builder = builder(name, name, keys, validity, now, random);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      var signed = sign(builder, new Signing(keys, kind.signature()));
      return new Authority(site, new Identification(signed, keys.getPrivate()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a CA: " + e.getMessage(), e);
    }
  }

  private record Signing(KeyPair keys, String signature) {}

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer,
      X500Principal subject,
      KeyPair keys,
      Duration validity,
      Instant now,
      SecureRandom random) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BYTES * Byte.SIZE - 1, random).add(BigInteger.ONE),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(validity)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, Signing by)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder(by.signature()).build(by.keys().getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  String site() {
    return site;
  }

  Identification own() {
    return own;
  }

  /**
   * A new key and certificate of a node, as server and client.
   *
   * @param hosts names and addresses by which it is reached, beside its own name
   * @throws IllegalArgumentException naming what is no host
   */
  Identification issue(
      NodeName name,
      List<String> hosts,
      KeyKind kind,
      Duration validity,
      Instant now,
      SecureRandom random) {
    if (!name.site().equals(site)) {
      throw new IllegalArgumentException(
          "site: '%s' (expected: '%s', whose CA this is)".formatted(name.site(), site));
    }
    var until = now.plus(validity);
    if (until.isAfter(own.certificate().getNotAfter().toInstant())) {
      throw new IllegalArgumentException(
          "days: until %s (expected: before the CA's end, %s)"
              .formatted(until, own.certificate().getNotAfter().toInstant()));
    }
    var subject =
        new X500Principal("CN=%s,OU=%s,O=%s".formatted(name, site, PeerName.ORGANIZATION));
    try {
      var keys = kind.make(random);
      var builder =
          builder(
              own.certificate().getSubjectX500Principal(), subject, keys, validity, now, random);
      var identifiers = new JcaX509ExtensionUtils();
      var usage =
          kind == KeyKind.RSA
              ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
              : KeyUsage.digitalSignature;
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(Extension.subjectAlternativeName, false, names(name, hosts));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(own.certificate()));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(keys.getPublic()));
      var signature = KeyKind.of(own.key().getAlgorithm()).signature();
      var by = new Signing(new KeyPair(own.certificate().getPublicKey(), own.key()), signature);
      return new Identification(sign(builder, by), keys.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  private static GeneralNames names(NodeName name, List<String> hosts) {
    if (hosts.size() > HOSTS_MAX) {
      throw new IllegalArgumentException(
          "hosts: %d (expected: at most %d)".formatted(hosts.size(), HOSTS_MAX));
    }
    var names = new ArrayList<GeneralName>();
    names.add(new GeneralName(GeneralName.dNSName, name.toString()));
    names.add(new GeneralName(GeneralName.dNSName, name.all()));
    for (var host : hosts) {
      if (ADDRESS.matcher(host).matches()) {
        names.add(new GeneralName(GeneralName.iPAddress, host));
      } else if (HOST.matcher(host).matches()) {
        names.add(new GeneralName(GeneralName.dNSName, host));
      } else {
        throw new IllegalArgumentException(
            "host: '%s' (expected: a host name or an IP address)".formatted(host));
      }
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }
}
