package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.link.certificate.CertificateFolder;
import dev.weft.link.certificate.Certified;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The flags that all commands on certificates have, and how they tell of one. */
final class CertsOptions {

  private static final int FINGERPRINT_CHARACTERS = 16;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "The site's folder of certificates; default: certs.")
  private Path folder = Path.of("certs");

  @Option(names = "--json", description = "Prints one JSON object per certificate.")
  private boolean isJson;

  boolean isJson() {
    return isJson;
  }

  CertificateFolder folder() {
    return new CertificateFolder(folder, new SecureRandom());
  }

  /** A value that does not fit is wrong use. */
  static <T> T checked(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--" + e.getMessage());
    }
  }

  static Map<String, Object> object(String what, Certified certified) {
    var object = new LinkedHashMap<String, Object>();
    object.put("what", what);
    object.put("name", certified.name());
    object.put("site", certified.site());
    object.put("file", certified.file().toString());
    object.put("issuer", certified.issuer());
    object.put("from", certified.from().toString());
    object.put("until", certified.until().toString());
    object.put("algorithm", certified.algorithm());
    object.put("sha256", certified.fingerprint());
    return object;
  }

  static String until(Certified certified) {
    return certified.until().truncatedTo(ChronoUnit.MINUTES).toString();
  }

  /** As much of it as tells CAs apart. */
  static String fingerprint(Certified certified) {
    return certified.fingerprint().substring(0, FINGERPRINT_CHARACTERS);
  }
}
