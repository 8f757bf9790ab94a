package dev.weft.gateway.access;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.reading.DocumentFile;
import dev.weft.fabric.reading.YamlObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Accounts as a file says, with every mistake in it told at once.
 *
 * @param files that were read: this one and those it names
 */
public record AccessFile(Accounts accounts, List<Path> files) {

  private static final Duration SKEW_MAX = Duration.ofMinutes(5);

  public AccessFile {
    files = List.copyOf(files);
  }

  /**
   * Reads the accounts of a file.
   *
   * @throws ManifestException with everything that is wrong
   */
  public static AccessFile read(Path file) {
    var document = DocumentFile.read(file, AccessFields.ACCESS);
    var reading = new Reading(document.findings());
    var accounts = reading.accounts(document.root());
    document.requireSound();
    return new AccessFile(accounts, reading.files);
  }

  private static final class Reading {

    private final Findings findings;
    private final List<Path> files = new ArrayList<>();

    private Reading(Findings findings) {
      this.findings = findings;
      files.add(findings.file());
    }

    private Accounts accounts(YamlObject root) {
      var keys = root.objects("keys");
      var issuers = root.objects("issuers");
      requireDistinct(keys, "id");
      requireDistinct(issuers, "name");
      if (keys.isEmpty() && issuers.isEmpty()) {
        findings.error("", "neither keys nor issuers", "at least one account");
      }
      return new Accounts(each(keys, this::key), each(issuers, this::issuer));
    }

    private static <T> List<T> each(
        List<YamlObject> objects, Function<YamlObject, Optional<T>> read) {
      return objects.stream().flatMap(object -> read.apply(object).stream()).toList();
    }

    private void requireDistinct(List<YamlObject> objects, String field) {
      var seen = new HashSet<String>();
      for (var object : objects) {
        if (object.has(field) && !seen.add(object.text(field))) {
          findings.error(
              object.path(field), "'%s' again".formatted(object.text(field)), "each once");
        }
      }
    }

    private Optional<KeyAccount> key(YamlObject key) {
      var id = key.text("id");
      if (key.has("id") && !ApiKey.isId(id)) {
        findings.error(key.path("id"), "'" + id + "'", "12 small letters, as in the key");
      }
      var hash = KeyHash.parse(key.text("hash"));
      if (key.has("hash") && hash.isEmpty()) {
        findings.error(
            key.path("hash"), "no such hash", "hmac-sha256:SALT:HASH, as `weft access key` prints");
      }
      var expires = key.optionalText("expires").flatMap(text -> instant(key, text));
      return hash.map(known -> new KeyAccount(id, key.text("tenant"), roles(key), known, expires));
    }

    private static Set<Role> roles(YamlObject key) {
      return key.list("roles", String.class).stream()
          .flatMap(word -> Role.named(word).stream())
          .collect(Collectors.toSet());
    }

    private Optional<Instant> instant(YamlObject key, String text) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeParseException e) {
        findings.error(
            key.path("expires"), "'" + text + "'", "a time in UTC, such as 2027-01-31T00:00:00Z");
        return Optional.empty();
      }
    }

    private Optional<TokenIssuer> issuer(YamlObject issuer) {
      var skew = issuer.duration("skew").orElse(Duration.ZERO);
      if (skew.compareTo(SKEW_MAX) > 0) {
        findings.error(issuer.path("skew"), skew.toString(), "at most 5min");
      }
      if (!issuer.has("keys")) {
        return Optional.empty();
      }
      var file = findings.file().resolveSibling(issuer.text("keys"));
      files.add(file);
      return Optional.of(
          new TokenIssuer(
              issuer.text("name"),
              issuer.text("audience"),
              keys(issuer, file),
              issuer.text("tenantClaim"),
              issuer.text("rolesClaim"),
              skew));
    }

    private Map<String, VerifyingKey> keys(YamlObject issuer, Path file) {
      try {
        return KeySetFile.read(file);
      } catch (IllegalArgumentException e) {
        findings.error(
            issuer.path("keys"),
            "%s: %s".formatted(file, e.getMessage()),
            "a JSON Web Key Set of public keys for RS256, ES256 or EdDSA");
        return Map.of();
      }
    }
  }
}
