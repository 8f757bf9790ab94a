package dev.weft.fabric.manifest;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * SHA-256 over what a manifest says, whatever way it is written.
 *
 * <p>The canonical content is compact JSON in UTF-8 of the manifest's record: an object of all
 * components sorted by name, with defaults filled in. Left out are paths on disk, the text it was
 * read from, and what is empty. Maps are objects sorted by key, lists keep their order, sets are
 * sorted, enums are their names, durations ISO-8601. Comments, spaces, the order of fields and the
 * file's place change nothing.
 */
public final class ManifestDigest {

  private ManifestDigest() {}

  /** Lower-case hex of the digest of a manifest of any kind. */
  public static String of(Record manifest) {
    return HexFormat.of().formatHex(sha256(canonical(manifest).getBytes(StandardCharsets.UTF_8)));
  }

  /** The canonical content. */
  static String canonical(Record manifest) {
    return Json.compact(value(manifest).orElse(Map.of()));
  }

  private static Optional<Object> value(Object value) {
    return switch (value) {
      case Path _ -> Optional.empty();
      case Optional<?> optional -> optional.flatMap(ManifestDigest::value);
      case OptionalInt number ->
          number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
      case OptionalLong number ->
          number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
      case OptionalDouble number ->
          number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
      case RolloutManifest rollout when !rollout.text().isEmpty() -> value(rollout.withText(""));
      case Residency residency when residency.isAnywhere() -> Optional.empty();
      case Reach reach when reach.equals(Reach.unstated()) -> Optional.empty();
      case Record record -> Optional.of(components(record));
      case Map<?, ?> map -> map.isEmpty() ? Optional.empty() : Optional.of(sorted(map));
      case Set<?> set -> Optional.of(values(set).stream().map(Object::toString).sorted().toList());
      case Collection<?> list -> list.isEmpty() ? Optional.empty() : Optional.of(values(list));
      case Number number -> Optional.of(number);
      case Boolean flag -> Optional.of(flag);
      default -> value.toString().isEmpty() ? Optional.empty() : Optional.of(value.toString());
    };
  }

  private static Map<String, Object> components(Record record) {
    var components = new TreeMap<String, Object>();
    for (var component : record.getClass().getRecordComponents()) {
      value(read(component, record)).ifPresent(value -> components.put(component.getName(), value));
    }
    return components;
  }

  private static Map<String, Object> sorted(Map<?, ?> map) {
    var entries = new TreeMap<String, Object>();
    map.forEach((key, value) -> value(value).ifPresent(v -> entries.put(key.toString(), v)));
    return entries;
  }

  private static List<Object> values(Collection<?> items) {
    return items.stream().map(item -> value(item).orElse("")).toList();
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("unreadable component " + component, e);
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
