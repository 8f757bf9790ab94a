package dev.weft.gateway.protection;

import dev.weft.gateway.access.AccessFile;
import dev.weft.gateway.access.Accounts;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.protection.Renewed.Content;
import dev.weft.gateway.round.Rounds;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * TLS and accounts of one gateway, for all its ports, while it is open: its files are looked at in
 * a thread of its own.
 */
public final class Protection implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Protection.class.getName());

  private final Optional<TlsContext> tls;
  private final Guard guard;
  private final Exposure exposure;
  private final Optional<Rounds> rounds;

  private Protection(
      Optional<TlsFiles> files,
      Optional<Renewed<SSLContext>> tls,
      Optional<Renewed<Accounts>> accounts,
      Duration every) {
    this.tls =
        tls.map(
            renewed ->
                new TlsContext(renewed::value, files.flatMap(TlsFiles::clientCa).isPresent()));
    this.guard = new Guard(() -> accounts.map(Renewed::value), InstantSource.system());
    this.exposure = new Exposure(tls.isPresent(), accounts.isPresent());
    var all = Stream.concat(tls.stream(), accounts.stream()).<Renewed<?>>map(each -> each).toList();
    this.rounds =
        all.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Rounds.begin("weft-gateway-protection", every, () -> all.forEach(Renewed::look)));
  }

  /** Neither TLS nor accounts. */
  public static Protection none() {
    return new Protection(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  /**
   * Reads what the settings name.
   *
   * @throws ProtectionException if certificates or keys cannot be used
   * @throws dev.weft.fabric.manifest.ManifestException with everything that is wrong with accounts
   */
  public static Protection open(ProtectionSettings settings) {
    return new Protection(
        settings.tls(),
        settings.tls().map(Protection::tls),
        settings.access().map(Protection::accounts),
        settings.renewEvery());
  }

  private static Renewed<SSLContext> tls(TlsFiles files) {
    var clock = InstantSource.system();
    return new Renewed<>(
        "TLS of " + files.certificate(),
        files.all(),
        () -> new Content<>(ServerIdentity.read(files, clock.instant()), files.all()),
        Protection::warn);
  }

  private static Renewed<Accounts> accounts(Path file) {
    return new Renewed<>(
        "accounts of " + file,
        List.of(file),
        () -> {
          var read = AccessFile.read(file);
          return new Content<>(read.accounts(), read.files());
        },
        Protection::warn);
  }

  private static void warn(String what) {
    LOG.log(Level.WARNING, what);
  }

  /** Empty if nothing is encrypted. */
  public Optional<TlsContext> tls() {
    return tls;
  }

  public Guard guard() {
    return guard;
  }

  public Exposure exposure() {
    return exposure;
  }

  /** Looks no more; what was read last stays. */
  @Override
  public void close() {
    rounds.ifPresent(Rounds::close);
  }
}
