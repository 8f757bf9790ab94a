package dev.weft.link.certificate;

import dev.weft.link.identity.IdentityFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A site's folder of certificates: {@code ca.pem} and {@code ca.key}, {@code trust.pem} with the
 * CAs that the site's nodes believe, and {@code NODE.pem} and {@code NODE.key} of each node. A node
 * needs the last three. For one process at a time.
 */
public final class CertificateFolder {

  private static final String CA = "ca";
  private static final String TRUST = "trust";
  private static final Set<String> RESERVED = Set.of(CA, TRUST);
  private static final String PEM = ".pem";
  private static final String KEY = ".key";
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final Path folder;
  private final SecureRandom random;

  public CertificateFolder(Path folder, SecureRandom random) {
    this.folder = folder;
    this.random = random;
  }

  /**
   * How long something new is good, and of which kind its key is.
   *
   * @param validity from now on; more than 0
   */
  public record Terms(KeyKind kind, Duration validity) {

    public Terms {
      if (!validity.isPositive()) {
        throw new IllegalArgumentException(
            "days: %d (expected: more than 0)".formatted(validity.toDays()));
      }
    }
  }

  /**
   * Makes a site's CA, which is the first that is believed.
   *
   * @throws CertificateFolderException if there is one
   */
  public Certified init(String site, Terms terms, Instant now) {
    if (Files.exists(pem(CA)) || Files.exists(key(CA))) {
      throw new CertificateFolderException(
          "%s: is there (expected: a new folder; 'weft certs rotate --ca' makes another CA)"
              .formatted(pem(CA)));
    }
    var authority = Authority.create(site, terms.kind(), terms.validity(), now, random);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(folder, e.getMessage()), e);
    }
    write(CA, authority.own());
    PemText.write(pem(TRUST), List.of(authority.own().certificate()));
    return Certified.of(pem(CA), authority.own().certificate());
  }

  /**
   * Makes the key and certificate of a node.
   *
   * @param hosts names and addresses by which it is reached, beside NODE.SITE
   * @throws CertificateFolderException if it has one
   */
  public Certified add(String node, List<String> hosts, Terms terms, Instant now) {
    var authority = authority();
    var name = new NodeName(node, authority.site());
    if (RESERVED.contains(node)) {
      throw new CertificateFolderException(
          "node: '%s' (expected: another name; that is the name of a file here)".formatted(node));
    }
    if (Files.exists(pem(node)) || Files.exists(key(node))) {
      throw new CertificateFolderException(
          "%s: is there (expected: a new node; 'weft certs rotate %s' replaces it)"
              .formatted(pem(node), node));
    }
    return issue(authority, name, hosts, terms, now);
  }

  /** Replaces a node's key and certificate by new ones, for the same hosts. */
  public Certified rotate(String node, Terms terms, Instant now) {
    NodeName.require("node", node);
    if (RESERVED.contains(node) || !Files.exists(pem(node))) {
      throw new CertificateFolderException(
          "node: '%s' (expected: one of %s)".formatted(node, nodes()));
    }
    var authority = authority();
    var name = new NodeName(node, authority.site());
    var hosts = hosts(PemText.certificates(pem(node)).getFirst());
    hosts.removeAll(List.of(name.toString(), name.all()));
    return issue(authority, name, hosts, terms, now);
  }

  private Certified issue(
      Authority authority, NodeName name, List<String> hosts, Terms terms, Instant now) {
    var issued = authority.issue(name, hosts, terms.kind(), terms.validity(), now, random);
    write(name.node(), issued);
    return Certified.of(pem(name.node()), issued.certificate());
  }

  /**
   * Replaces the CA by a new one, and believes both. Nodes keep the certificates they have, until
   * they are rotated; by then every node must believe the new one.
   */
  public Certified rotateAuthority(Terms terms, Instant now) {
    var created = Authority.create(authority().site(), terms.kind(), terms.validity(), now, random);
    var trusted = new ArrayList<>(PemText.certificates(pem(TRUST)));
    trusted.add(created.own().certificate());
    PemText.write(pem(TRUST), trusted);
    write(CA, created.own());
    return Certified.of(pem(CA), created.own().certificate());
  }

  /**
   * Believes another site's CAs.
   *
   * @param isBeside whether a site that has a CA among those believed may get one more
   * @return those that were not believed before
   */
  public List<Certified> trust(Path other, boolean isBeside) {
    var trusted = new ArrayList<>(PemText.certificates(pem(TRUST)));
    var added = new ArrayList<Certified>();
    for (var certificate : PemText.certificates(other)) {
      if (trusted.contains(certificate)) {
        continue;
      }
      var each = Certified.of(other, certificate);
      if (certificate.getBasicConstraints() < 0) {
        throw new CertificateFolderException(
            "%s: '%s' (expected: a CA's certificate, as in another site's ca.pem)"
                .formatted(other, each.name()));
      }
      requireNew(each, trusted, isBeside);
      trusted.add(certificate);
      added.add(each);
    }
    PemText.write(pem(TRUST), trusted);
    return added;
  }

  /** Whoever may name a site in a CA's name is believed for it, so a second one needs a word. */
  private void requireNew(Certified each, List<X509Certificate> trusted, boolean isBeside) {
    for (var known : trusted) {
      var other = Certified.of(pem(TRUST), known);
      if (!isBeside && !each.site().isEmpty() && other.site().equals(each.site())) {
        throw new CertificateFolderException(
            "%s: a CA of site '%s', as is %s (expected: a site that has none; --beside if it rotates"
                    .formatted(each.file(), each.site(), other.fingerprint().substring(0, 16))
                + " its CA)");
      }
    }
  }

  /**
   * Believes a CA no more.
   *
   * @param fingerprint of which the begin is enough
   * @throws CertificateFolderException if it means none or several, or is the last one
   */
  public Certified distrust(String fingerprint) {
    var trusted = new ArrayList<>(PemText.certificates(pem(TRUST)));
    var meant =
        trusted.stream()
            .filter(each -> Certified.of(pem(TRUST), each).fingerprint().startsWith(fingerprint))
            .toList();
    if (fingerprint.isEmpty() || meant.size() != 1 || trusted.size() == 1) {
      throw new CertificateFolderException(
          "fingerprint: '%s' means %d of %d CAs (expected: one, and not the last; 'weft certs show'"
                  .formatted(fingerprint, meant.size(), trusted.size())
              + " has them)");
    }
    trusted.removeAll(meant);
    PemText.write(pem(TRUST), trusted);
    return Certified.of(pem(TRUST), meant.getFirst());
  }

  /** The names of the nodes, in order. */
  public List<String> nodes() {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(PEM))
          .map(name -> name.substring(0, name.length() - PEM.length()))
          .filter(name -> !RESERVED.contains(name))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CertificateFolderException(
          "%s: not there (expected: a folder that 'weft certs init' made)".formatted(folder), e);
    }
  }

  public Certified authorityCertificate() {
    return Certified.of(pem(CA), authority().own().certificate());
  }

  public List<Certified> trusted() {
    return PemText.certificates(pem(TRUST)).stream()
        .map(each -> Certified.of(pem(TRUST), each))
        .toList();
  }

  /** A node's certificate, if it has one. */
  public Optional<Certified> node(String node) {
    return Files.exists(pem(node))
        ? Optional.of(Certified.of(pem(node), PemText.certificates(pem(node)).getFirst()))
        : Optional.empty();
  }

  /** What a node needs. */
  public IdentityFiles files(String node) {
    return new IdentityFiles(pem(node), key(node), pem(TRUST));
  }

  private Authority authority() {
    if (!Files.exists(pem(CA))) {
      throw new CertificateFolderException(
          "%s: not there (expected: a folder that 'weft certs init' made)".formatted(pem(CA)));
    }
    var own = new Identification(PemText.certificates(pem(CA)).getFirst(), PemText.key(key(CA)));
    return new Authority(Certified.of(pem(CA), own.certificate()).site(), own);
  }

  /** The key first: whoever looks between the two finds that they do not fit, and looks again. */
  private void write(String name, Identification identification) {
    PemText.write(key(name), identification.key());
    PemText.write(pem(name), List.of(identification.certificate()));
  }

  private static List<String> hosts(X509Certificate certificate) {
    var hosts = new ArrayList<String>();
    try {
      var names = certificate.getSubjectAlternativeNames();
      for (var each : names == null ? List.<List<?>>of() : names) {
        if (each.getFirst().equals(DNS_NAME) || each.getFirst().equals(IP_ADDRESS)) {
          hosts.add(String.valueOf(each.get(1)));
        }
      }
    } catch (CertificateParsingException e) {
      throw new CertificateFolderException(
          "alternative names: %s (expected: readable ones)".formatted(e.getMessage()), e);
    }
    return hosts;
  }

  private Path pem(String name) {
    return folder.resolve(name + PEM);
  }

  private Path key(String name) {
    return folder.resolve(name + KEY);
  }
}
