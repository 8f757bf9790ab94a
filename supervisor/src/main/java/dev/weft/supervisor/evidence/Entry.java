package dev.weft.supervisor.evidence;

import dev.weft.fabric.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of an evidence file: something that happened, or figures as they stood. Each carries the
 * hash of the one before, so that none can be changed, moved or left out unseen.
 *
 * @param number counts what was to be kept in a file from 1; that of a {@link #GAP} is the last of
 *     those that are missing
 * @param kind such as {@code started}, {@code stands} or {@code rolled-back}
 * @param body by field; what JSON can tell
 * @param before hash of the line before; {@link #NONE_BEFORE} for the first
 * @param hash SHA-256 of the line without this field, in lower-case hexadecimal
 */
public record Entry(
    long number, Instant at, String kind, Map<String, Object> body, String before, String hash) {

  /** Stands for the hash before the first line. */
  public static final String NONE_BEFORE = "0".repeat(64);

  /** Kind of an entry that stands for others, which could not be written; says how many. */
  public static final String GAP = "gap";

  /** Kind of the figures as they stood at a look. */
  static final String STANDS = "stands";

  /** Kind of the first entry of a file that goes on where another cannot; says why. */
  static final String CONTINUES = "continues";

  /** Kind of an entry that tells what was cut off before it: a line that was not written whole. */
  static final String REPAIRED = "repaired";

  /** Kind of the entry behind which no figures are kept any more. */
  static final String FIGURES_END = "figures-end";

  /** The field of a gap with the number of entries it stands for. */
  static final String MISSING = "missing";

  /** How the last field of a line begins. */
  static final String HASH_FIELD = ",\"hash\":\"";

  public Entry {
    body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
  }

  /** An entry that is new, with the hash of what it says. */
  public Entry(long number, Instant at, String kind, Map<String, Object> body, String before) {
    this(
        number,
        at,
        kind,
        body,
        before,
        Sha256.of(Json.write(fields(number, at, kind, body, before))));
  }

  /** The line of an entry that is new. */
  String line() {
    var fields = fields(number, at, kind, body, before);
    fields.put("hash", hash);
    return Json.write(fields);
  }

  private static Map<String, Object> fields(
      long number, Instant at, String kind, Map<String, Object> body, String before) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("n", number);
    fields.put("at", at.toString());
    fields.put("kind", kind);
    fields.put("body", body);
    fields.put("before", before);
    return fields;
  }
}
