package dev.weft.link.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * What a node is called in its certificate, {@code NODE.SITE} in those that {@code weft certs}
 * makes. A CA whose subject names a site as its organizational unit ({@code OU}) vouches for nodes
 * of that site only, so that whoever is trusted for one site is nobody at another.
 */
public final class PeerName {

  /** The organization by which certificates of {@code weft certs} are known. */
  public static final String ORGANIZATION = "Weft";

  private static final String UNIT_KEY = "OU";
  private static final int DNS_NAME = 2;

  private PeerName() {}

  /** The common name; the first DNS name if there is none. */
  public static String of(X509Certificate certificate) {
    return attribute(certificate.getSubjectX500Principal().getName(), "CN")
        .or(() -> dnsNames(certificate).stream().findFirst())
        .orElse(certificate.getSubjectX500Principal().getName());
  }

  /** The common name of whoever vouches for it. */
  public static String issuer(X509Certificate certificate) {
    var name = certificate.getIssuerX500Principal().getName();
    return attribute(name, "CN").orElse(name);
  }

  /** The site that a certificate of {@code weft certs} names, a CA's or a node's. */
  public static Optional<String> site(X509Certificate certificate) {
    return site(certificate.getSubjectX500Principal().getName());
  }

  private static Optional<String> site(String name) {
    return attribute(name, "O").equals(Optional.of(ORGANIZATION))
        ? attribute(name, UNIT_KEY)
        : Optional.empty();
  }

  /** The sites whose CAs are among these. */
  static Set<String> sites(X509Certificate... authorities) {
    return Arrays.stream(authorities)
        .flatMap(each -> site(each).stream())
        .collect(Collectors.toSet());
  }

  /**
   * Why a certificate must not be believed though a trusted CA signed it: it bears a name of a site
   * that is not that CA's. Empty if it may.
   *
   * @param sites that have a CA among those believed
   */
  static Optional<String> foreign(X509Certificate certificate, Set<String> sites) {
    var own = site(certificate.getIssuerX500Principal().getName());
    if (own.isEmpty()) {
      return Optional.empty();
    }
    var name = of(certificate);
    var isForeign = !isOf(name, own.get());
    var others = dnsNames(certificate).stream().filter(each -> isOfOther(each, own.get(), sites));
    return (isForeign ? Optional.of(name) : others.findFirst())
        .map(
            wrong ->
                "certificate: '%s', signed for site '%s' (expected: a node of that site)"
                    .formatted(wrong, own.get()));
  }

  private static boolean isOf(String name, String site) {
    return name.endsWith("." + site);
  }

  private static boolean isOfOther(String name, String own, Set<String> sites) {
    return sites.stream().anyMatch(site -> !site.equals(own) && isOf(name, site));
  }

  private static Optional<String> attribute(String name, String type) {
    try {
      return new LdapName(name)
          .getRdns().stream()
              .filter(each -> each.getType().equalsIgnoreCase(type))
              .map(each -> String.valueOf(each.getValue()))
              .findFirst();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  private static List<String> dnsNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(each -> each.getFirst().equals(DNS_NAME))
              .map(each -> String.valueOf(each.get(1)).toLowerCase(Locale.ROOT))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
