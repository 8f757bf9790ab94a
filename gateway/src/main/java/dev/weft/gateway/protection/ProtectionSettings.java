package dev.weft.gateway.protection;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings {@code weft.gateway.tls}, {@code access} and {@code renew-every}, read once; {@code
 * reference.conf} tells their meaning and defaults.
 *
 * @param tls empty for none
 * @param access empty if nobody is asked who he is
 */
public record ProtectionSettings(
    Optional<TlsFiles> tls, Optional<Path> access, Duration renewEvery) {

  public ProtectionSettings {
    if (!renewEvery.isPositive()) {
      throw new IllegalArgumentException(
          "weft.gateway.renew-every: %s (expected: more than 0)".formatted(renewEvery));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if some do not fit together
   */
  public static ProtectionSettings from(Config config) {
    var gateway = config.getConfig("weft.gateway");
    return new ProtectionSettings(
        TlsFiles.of(
            path(gateway, "tls.certificate"),
            path(gateway, "tls.key"),
            path(gateway, "tls.client-ca")),
        path(gateway, "access"),
        gateway.getDuration("renew-every"));
  }

  private static Optional<Path> path(Config config, String name) {
    return Optional.of(config.getString(name)).filter(text -> !text.isEmpty()).map(Path::of);
  }

  /** The same with other files where there are any. */
  public ProtectionSettings with(Optional<TlsFiles> otherTls, Optional<Path> otherAccess) {
    return new ProtectionSettings(otherTls.or(() -> tls), otherAccess.or(() -> access), renewEvery);
  }
}
