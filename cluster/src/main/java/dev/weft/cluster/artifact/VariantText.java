package dev.weft.cluster.artifact;

import dev.weft.fabric.json.Json;
import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.Variant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A {@link DeclaredVariant} as one JSON object, as it goes from node to node and is stored. A field
 * that is not known is passed over, so that a later release can add one.
 */
public final class VariantText {

  /** Most bytes of UTF-8. */
  private static final int BYTES_MAX = 32 << 10;

  private VariantText() {}

  /**
   * @throws IllegalArgumentException if it is too long
   */
  public static String of(DeclaredVariant declared) {
    var object = new LinkedHashMap<String, Object>();
    object.put("stage", declared.stage());
    object.put("uses", declared.uses());
    object.put("abiVersion", declared.abiVersion());
    object.put("abi", declared.abi());
    object.put("deviceOnly", declared.residency().deviceOnly());
    declared.residency().zones().ifPresent(zones -> object.put("zones", zones));
    object.put("name", declared.name());
    declared.variant().precision().ifPresent(precision -> object.put("precision", precision));
    declared
        .artifact()
        .ifPresent(
            artifact -> {
              object.put("file", artifact.file());
              object.put("sha256", artifact.sha256());
              object.put("sizeBytes", artifact.sizeBytes());
            });
    object.put("options", declared.variant().options());
    object.put("batchInvariant", declared.variant().batchInvariant());
    object.put("needs", declared.variant().needs());
    return bounded(Json.write(object));
  }

  /** Why a variant cannot be told or stored; empty if it can. */
  public static Optional<String> obstacle(DeclaredVariant declared) {
    try {
      var _ = of(declared);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "variant '%s' of stage '%s': %s"
              .formatted(declared.name(), declared.stage(), e.getMessage()));
    }
  }

  private static String bounded(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "declared variant: %d bytes (expected: at most %d)".formatted(bytes, BYTES_MAX));
    }
    return text;
  }

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  public static DeclaredVariant read(String text) {
    var object = Json.readObject(bounded(text));
    var residency = new Residency(flag(object, "deviceOnly"), zones(object));
    var variant =
        new Variant(
            text(object, "name"),
            optional(object, "precision"),
            artifact(object),
            options(object),
            flag(object, "batchInvariant"),
            texts(object, "needs"));
    return new DeclaredVariant(
        text(object, "stage"),
        text(object, "uses"),
        whole32(object, "abiVersion"),
        text(object, "abi"),
        residency,
        variant);
  }

  private static Optional<SortedSet<String>> zones(Map<String, Object> object) {
    return object.containsKey("zones")
        ? Optional.of(new TreeSet<>(texts(object, "zones")))
        : Optional.empty();
  }

  private static Optional<Artifact> artifact(Map<String, Object> object) {
    return optional(object, "sha256")
        .map(
            digest ->
                new Artifact(
                    text(object, "file"),
                    Path.of(""),
                    digest,
                    whole(object, "sizeBytes"),
                    Optional.empty()));
  }

  private static Map<String, Object> options(Map<String, Object> object) {
    var options = new LinkedHashMap<String, Object>();
    if (object.get("options") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> options.put(String.valueOf(name), value));
      return options;
    }
    throw wrong(object, "options", "an object");
  }

  private static List<String> texts(Map<String, Object> object, String field) {
    if (!(object.get(field) instanceof List<?> given)) {
      throw wrong(object, field, "a list of texts");
    }
    var texts = new ArrayList<String>();
    for (var each : given) {
      if (!(each instanceof String text)) {
        throw wrong(object, field, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  private static Optional<String> optional(Map<String, Object> object, String field) {
    return object.containsKey(field) ? Optional.of(text(object, field)) : Optional.empty();
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw wrong(object, field, "a text");
  }

  private static int whole32(Map<String, Object> object, String field) {
    var number = whole(object, field);
    if (number != (int) number) {
      throw wrong(object, field, "a whole number of 32 bits");
    }
    return (int) number;
  }

  private static long whole(Map<String, Object> object, String field) {
    if (object.get(field) instanceof Long number) {
      return number;
    }
    throw wrong(object, field, "a whole number");
  }

  private static boolean flag(Map<String, Object> object, String field) {
    if (object.get(field) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(object, field, "true or false");
  }

  private static IllegalArgumentException wrong(
      Map<String, Object> object, String field, String expected) {
    return new IllegalArgumentException(
        "declared variant: %s: %s (expected: %s)".formatted(field, object.get(field), expected));
  }
}
