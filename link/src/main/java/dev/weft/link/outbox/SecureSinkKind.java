package dev.weft.link.outbox;

import com.typesafe.config.ConfigFactory;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Identity;
import dev.weft.link.identity.IdentityException;
import dev.weft.link.identity.IdentityFiles;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Sink;
import dev.weft.persistence.outbox.SinkKind;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sinks at {@code grpcs://HOST:PORT}: receivers in other processes, over TLS with a certificate
 * on both sides. The settings {@code weft.link.tls} name the files; what is said of them behind a
 * question mark counts before: {@code ?certificate=a.pem&key=a.key&trust=trust.pem}, and {@code
 * name=NODE.SITE} for a receiver whose certificate does not bear the host.
 */
public final class SecureSinkKind implements SinkKind {

  private static final String EXPECTED =
      "grpcs://HOST:PORT, perhaps with ?certificate=, key=, trust= and name=";
  private static final List<String> WORDS = List.of("certificate", "key", "trust", "name");

  @Override
  public String scheme() {
    return "grpcs";
  }

  @Override
  public Sink at(URI address, Duration answerTimeout) {
    if (address.getHost() == null || address.getPort() <= 0) {
      throw new IllegalArgumentException("no host or port (expected: %s)".formatted(EXPECTED));
    }
    var said = said(address.getRawQuery());
    var config = ConfigFactory.load();
    var files =
        said.containsKey("certificate") || said.containsKey("key") || said.containsKey("trust")
            ? IdentityFiles.of(
                said.getOrDefault("certificate", ""),
                said.getOrDefault("key", ""),
                said.getOrDefault("trust", ""),
                "address")
            : IdentityFiles.from(config);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "no certificate (expected: weft.link.tls.certificate, key and trust, or "
              + "?certificate=FILE&key=FILE&trust=FILE)");
    }
    var plain = Address.of(address.getHost(), address.getPort());
    var name = said.get("name");
    try {
      var identity = Identity.open(files.get(), config.getDuration("weft.link.tls.renew-every"));
      return LinkSink.to(
          name == null ? plain : plain.named(name), Security.of(identity), answerTimeout);
    } catch (IdentityException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Map<String, String> said(@org.jspecify.annotations.Nullable String query) {
    var said = new HashMap<String, String>();
    if (query == null) {
      return said;
    }
    for (var each : query.split("&", -1)) {
      var equals = each.indexOf('=');
      var word = equals < 0 ? each : each.substring(0, equals);
      if (equals < 0 || !WORDS.contains(word)) {
        throw new IllegalArgumentException("'%s' (expected: %s)".formatted(each, EXPECTED));
      }
      said.put(word, URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return said;
  }
}
