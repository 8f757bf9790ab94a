package dev.weft.supervisor.evidence;

import dev.weft.fabric.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of an evidence file, as far as each line holds and follows on the one before.
 *
 * @param entries of the lines that hold, up to the first that does not
 * @param bytes taken by those
 * @param flaw the first line that does not hold; empty if all do
 */
public record Chain(List<Entry> entries, long bytes, Optional<Flaw> flaw) {

  private static final int HASH_LENGTH = 64;

  public Chain {
    entries = List.copyOf(entries);
  }

  /** A line that was read: the entry, or what is wrong with it. */
  private sealed interface Line {
    record Whole(Entry entry) implements Line {}

    record Broken(String field, String what) implements Line {}
  }

  /** The chain in {@code content}, which is all of a file. */
  public static Chain of(byte[] content) {
    var entries = new ArrayList<Entry>();
    var begin = 0;
    while (begin < content.length) {
      var number = entries.size() + 1L;
      var end = end(content, begin);
      if (end == content.length) {
        var what = "%d bytes without an end (expected: a whole line)".formatted(end - begin);
        return new Chain(entries, begin, Optional.of(new Flaw(number, "line", what, true)));
      }
      var before = entries.isEmpty() ? Optional.<Entry>empty() : Optional.of(entries.getLast());
      switch (line(ByteBuffer.wrap(content, begin, end - begin), before)) {
        case Line.Whole(var entry) -> entries.add(entry);
        case Line.Broken(var field, var what) -> {
          return new Chain(entries, begin, Optional.of(new Flaw(number, field, what, false)));
        }
      }
      begin = end + 1;
    }
    return new Chain(entries, begin, Optional.empty());
  }

  private static int end(byte[] content, int begin) {
    var end = begin;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    return end;
  }

  private static Line line(ByteBuffer bytes, Optional<Entry> before) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return line(text, before);
    } catch (CharacterCodingException e) {
      return new Line.Broken("line", "no text (expected: JSON in UTF-8)");
    }
  }

  private static Line line(String text, Optional<Entry> before) {
    var at = text.lastIndexOf(Entry.HASH_FIELD);
    if (at < 0 || text.length() != at + Entry.HASH_FIELD.length() + HASH_LENGTH + 2) {
      return new Line.Broken("hash", "missing (expected: 64 digits, the last field of the line)");
    }
    var stated = text.substring(at + Entry.HASH_FIELD.length(), text.length() - 2);
    // Of the text itself: how numbers are written may differ from Weft to Weft.
    var actual = Sha256.of(text.substring(0, at) + "}");
    if (!stated.equals(actual) || !text.endsWith("\"}")) {
      return new Line.Broken(
          "hash", "%s (expected: %s, of what the line says)".formatted(stated, actual));
    }
    try {
      return entry(Json.readObject(text), stated, before);
    } catch (IllegalArgumentException e) {
      return new Line.Broken("line", "%s (expected: one JSON object)".formatted(e.getMessage()));
    }
  }

  private static Line entry(Map<String, Object> fields, String hash, Optional<Entry> before) {
    if (!(fields.get("n") instanceof Long number)) {
      return new Line.Broken("n", "%s (expected: a number)".formatted(fields.get("n")));
    }
    if (!(fields.get("kind") instanceof String kind)) {
      return new Line.Broken("kind", "%s (expected: a text)".formatted(fields.get("kind")));
    }
    if (!(fields.get("body") instanceof Map<?, ?> map)) {
      return new Line.Broken("body", "%s (expected: an object)".formatted(fields.get("body")));
    }
    var body = new LinkedHashMap<String, Object>();
    map.forEach((name, value) -> body.put(String.valueOf(name), value));
    var expected = before.map(Entry::number).orElse(0L) + step(kind, body);
    if (number != expected) {
      var which = kind.equals(Entry.GAP) ? "the last that is missing" : "one more than before";
      return new Line.Broken("n", "%d (expected: %d, %s)".formatted(number, expected, which));
    }
    var link = before.map(Entry::hash).orElse(Entry.NONE_BEFORE);
    if (!link.equals(fields.get("before"))) {
      return new Line.Broken(
          "before",
          "%s (expected: %s, the hash of the line before)".formatted(fields.get("before"), link));
    }
    try {
      var at = Instant.parse(String.valueOf(fields.get("at")));
      return new Line.Whole(new Entry(number, at, kind, body, link, hash));
    } catch (DateTimeException e) {
      return new Line.Broken(
          "at", "%s (expected: a time such as 2026-01-01T12:00:00Z)".formatted(fields.get("at")));
    }
  }

  private static long step(String kind, Map<String, Object> body) {
    return kind.equals(Entry.GAP) && body.get(Entry.MISSING) instanceof Long missing && missing > 0
        ? missing
        : 1;
  }
}
