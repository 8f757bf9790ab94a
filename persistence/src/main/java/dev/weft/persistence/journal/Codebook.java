package dev.weft.persistence.journal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * How the events and snapshots of one kind of entity are stored: a stable manifest per form, such
 * as {@code session.opened.v1}, and bytes with a checksum. Each type is written in one form and
 * read from as many as were ever written, so that old journals stay readable. Immutable.
 */
public final class Codebook {

  /** Makes a value of its payload again. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(byte[] payload) throws IOException;
  }

  private record Form(String manifest, Function<Object, byte[]> write) {}

  private final Map<Class<?>, Form> written;
  private final Map<String, Reading<?>> readings;

  private Codebook(Builder builder) {
    this.written = Map.copyOf(builder.written);
    this.readings = Map.copyOf(builder.readings);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The manifest a value is written under. */
  public String manifest(Object value) {
    return form(value).manifest();
  }

  /** Every manifest that can be read, past ones among them. */
  public Set<String> manifests() {
    return readings.keySet();
  }

  /** What to store of a value. */
  public byte[] write(Object value) {
    var form = form(value);
    return Seal.seal(form.manifest(), form.write().apply(value));
  }

  /**
   * The value that was stored, in its present form.
   *
   * @throws UnreadableEventException if the bytes are not those that were written, or of a form
   *     this Weft does not know
   */
  public Object read(String manifest, byte[] stored) {
    var payload = Seal.open(manifest, stored);
    var reading = readings.get(manifest);
    if (reading == null) {
      throw new UnreadableEventException(
          UnreadableEventException.Cause.UNKNOWN,
          "manifest '%s': unknown, perhaps of a newer Weft (expected: one of %s)"
              .formatted(manifest, readings.keySet().stream().sorted().toList()));
    }
    try {
      return reading.read(payload);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableEventException(
          UnreadableEventException.Cause.CORRUPT,
          "%s: %s (expected: what its schema says)".formatted(manifest, e.getMessage()),
          e);
    }
  }

  private Form form(Object value) {
    var form = written.get(value.getClass());
    if (form == null) {
      throw new IllegalArgumentException(
          "%s (expected: one of %s)".formatted(value.getClass(), written.keySet()));
    }
    return form;
  }

  /** Collects the forms. */
  public static final class Builder {

    private final Map<Class<?>, Form> written = new LinkedHashMap<>();
    private final Map<String, Reading<?>> readings = new LinkedHashMap<>();

    private Builder() {}

    /** Values of {@code type} are written under {@code manifest}, and read from it. */
    public <T> Builder form(
        Class<T> type, String manifest, Function<T, byte[]> write, Reading<T> read) {
      written.put(type, new Form(manifest, value -> write.apply(type.cast(value))));
      return pastForm(manifest, read);
    }

    /** A form that is not written any more; {@code read} makes the present form of it. */
    public Builder pastForm(String manifest, Reading<?> read) {
      if (readings.put(manifest, read) != null) {
        throw new IllegalArgumentException("manifest '%s': given twice".formatted(manifest));
      }
      return this;
    }

    public Codebook build() {
      return new Codebook(this);
    }
  }
}
