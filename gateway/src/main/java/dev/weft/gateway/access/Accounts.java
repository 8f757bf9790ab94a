package dev.weft.gateway.access;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** All accounts of an access file: keys by their id, and issuers of tokens by their name. */
public final class Accounts {

  /** Longer credentials are refused unread. */
  static final int CREDENTIAL_LENGTH_MAX = 8192;

  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *");

  /** Nobody's key, tried where there is none to try, so that this takes as long. */
  private static final ApiKey NO_KEY = ApiKey.of(new byte[ApiKey.RANDOM_BYTES]);

  private static final KeyAccount NOBODY =
      new KeyAccount(
          NO_KEY.id(),
          "nobody",
          Set.of(),
          KeyHash.parse("hmac-sha256:" + "A".repeat(22) + ":" + "A".repeat(43)).orElseThrow(),
          Optional.empty());

  private final Map<String, KeyAccount> keys;
  private final Map<String, TokenIssuer> issuers;

  Accounts(List<KeyAccount> keys, List<TokenIssuer> issuers) {
    var byId = new LinkedHashMap<String, KeyAccount>();
    keys.forEach(account -> byId.put(account.id(), account));
    this.keys = Map.copyOf(byId);
    var byName = new LinkedHashMap<String, TokenIssuer>();
    issuers.forEach(issuer -> byName.put(issuer.name(), issuer));
    this.issuers = Map.copyOf(byName);
  }

  public int keyCount() {
    return keys.size();
  }

  public int issuerCount() {
    return issuers.size();
  }

  /**
   * Who shows these values of a header {@code Authorization}. Work is bounded for whatever they
   * are: at most one hash of a key, or one signature of a token whose key is known.
   */
  Identity identify(List<String> authorization, Instant now) {
    if (authorization.isEmpty()) {
      return tried(NO_KEY, Denial.MISSING);
    }
    var shown = authorization.getFirst();
    if (authorization.size() > 1 || shown.length() > CREDENTIAL_LENGTH_MAX) {
      return tried(NO_KEY, Denial.MALFORMED);
    }
    var bearer = BEARER.matcher(shown);
    if (!bearer.matches()) {
      return tried(NO_KEY, Denial.MALFORMED);
    }
    var credential = bearer.group(1);
    var key = ApiKey.parse(credential);
    if (key.isPresent()) {
      return ofKey(key.get(), now);
    }
    return Token.parse(credential)
        .map(token -> ofToken(token, now))
        .orElseGet(() -> tried(NO_KEY, Denial.MALFORMED));
  }

  private Identity ofKey(ApiKey key, Instant now) {
    var account = keys.getOrDefault(key.id(), NOBODY);
    if (!account.hash().isOf(key)) {
      return new Identity.Unknown(Denial.UNKNOWN);
    }
    return account.isOver(now)
        ? new Identity.Unknown(Denial.EXPIRED)
        : new Identity.Known(account.caller());
  }

  private Identity ofToken(Token token, Instant now) {
    var issuer = issuers.get(token.issuer());
    return issuer == null ? tried(NO_KEY, Denial.UNKNOWN) : issuer.identify(token, now);
  }

  private static Identity tried(ApiKey key, Denial denial) {
    return NOBODY.hash().isOf(key)
        ? new Identity.Unknown(Denial.UNKNOWN)
        : new Identity.Unknown(denial);
  }
}
