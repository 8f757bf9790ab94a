package dev.weft.supervisor.evidence;

import dev.weft.fabric.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of an evidence file: something that happened, or figures as they stood. Each carries the
 * hash of the one before, so that none can be changed, moved or left out unseen; only cutting off
 * the end stays possible.
 *
 * @param number counts the lines of a file from 1
 * @param kind such as {@code started}, {@code stands} or {@code rolled-back}
 * @param body by field
 * @param before hash of the line before; of 64 zeros for the first
 */
public record Entry(long number, Instant at, String kind, Map<String, Object> body, String before) {

  /** Stands for the hash before the first line. */
  public static final String NONE_BEFORE = "0".repeat(64);

  private static final String HASH = ",\"hash\":\"";

  public Entry {
    body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
  }

  /** SHA-256 of this line without its own hash, in lower-case hexadecimal. */
  public String hash() {
    return hash(Json.write(fields()));
  }

  /** The line, with its hash as the last field. */
  public String line() {
    var fields = fields();
    fields.put("hash", hash());
    return Json.write(fields);
  }

  /**
   * The entry on a line, as it was written.
   *
   * @throws IllegalArgumentException if it is none, or its hash is not that of its text
   */
  static Entry of(String line) {
    var stated = statedHash(line);
    // Of the text itself: how numbers are written may differ from Weft to Weft.
    if (!hash(line.substring(0, line.lastIndexOf(HASH)) + "}").equals(stated)) {
      throw new IllegalArgumentException("its content is not what was written");
    }
    var fields = Json.readObject(line);
    if (fields.get("n") instanceof Long number
        && fields.get("at") instanceof String at
        && fields.get("kind") instanceof String kind
        && fields.get("body") instanceof Map<?, ?> body
        && fields.get("before") instanceof String before) {
      var named = new LinkedHashMap<String, Object>();
      body.forEach((name, value) -> named.put(String.valueOf(name), value));
      return new Entry(number, Instant.parse(at), kind, named, before);
    }
    throw new IllegalArgumentException(
        "fields: %s (expected: n, at, kind, body, before)".formatted(fields.keySet()));
  }

  /**
   * The hash that a line says it has.
   *
   * @throws IllegalArgumentException if it says none
   */
  static String statedHash(String line) {
    var at = line.lastIndexOf(HASH);
    if (at < 0 || !line.endsWith("\"}")) {
      throw new IllegalArgumentException("no hash at its end");
    }
    return line.substring(at + HASH.length(), line.length() - 2);
  }

  private Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("n", number);
    fields.put("at", at.toString());
    fields.put("kind", kind);
    fields.put("body", body);
    fields.put("before", before);
    return fields;
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
