package dev.weft.stages.process;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Texts, lists and signatures as bytes, for what is told once when a process starts. */
final class Words {

  private static final int ITEMS_MAX = 4096;
  private static final int RANK_MAX = 32;

  private Words() {}

  /** Writes to or reads from a stream of bytes in memory. */
  interface Body<S, T> {
    T apply(S stream) throws IOException;
  }

  /** What {@code body} writes. */
  static byte[] bytes(Body<DataOutputStream, ?> body) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      body.apply(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * What {@code body} reads out of a copy of {@code source}.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  static <T> T read(MemorySegment source, Body<DataInputStream, T> body) {
    var copy = source.toArray(ValueLayout.JAVA_BYTE);
    try (var in = new DataInputStream(new ByteArrayInputStream(copy))) {
      return body.apply(in);
    } catch (IOException e) {
      throw new IllegalArgumentException("bytes cut short", e);
    }
  }

  static void writeText(DataOutputStream out, String text) throws IOException {
    var encoded = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  static String readText(DataInputStream in) throws IOException {
    var encoded = new byte[count(in, in.available())];
    in.readFully(encoded);
    return new String(encoded, StandardCharsets.UTF_8);
  }

  /** A number of items that follow, at most {@code max}. */
  static int count(DataInputStream in, int max) throws IOException {
    var count = in.readInt();
    if (count < 0 || count > max) {
      throw new IllegalArgumentException("count: %d (expected: 0 to %d)".formatted(count, max));
    }
    return count;
  }

  static void writeSignature(DataOutputStream out, Signature signature) throws IOException {
    writeSpecs(out, signature.inputs());
    writeSpecs(out, signature.outputs());
  }

  static Signature readSignature(DataInputStream in) throws IOException {
    return new Signature(readSpecs(in), readSpecs(in));
  }

  private static void writeSpecs(DataOutputStream out, List<TensorSpec> specs) throws IOException {
    out.writeInt(specs.size());
    for (var spec : specs) {
      writeText(out, spec.name());
      writeText(out, spec.datatype().name());
      out.writeInt(spec.rank());
      for (var dim : spec.shape()) {
        switch (dim) {
          case Dim.Fixed(var size) -> {
            out.writeByte('f');
            out.writeLong(size);
          }
          case Dim.Named(var name) -> {
            out.writeByte('n');
            writeText(out, name);
          }
          case Dim.Any _ -> out.writeByte('a');
        }
      }
      writeOptional(out, spec.layout());
      writeOptional(out, spec.semantic());
    }
  }

  private static List<TensorSpec> readSpecs(DataInputStream in) throws IOException {
    var specs = new ArrayList<TensorSpec>();
    for (var left = count(in, ITEMS_MAX); left > 0; left--) {
      var name = readText(in);
      var datatype =
          Datatype.of(readText(in))
              .orElseThrow(() -> new IllegalArgumentException("datatype of '%s'".formatted(name)));
      var dims = new ArrayList<Dim>();
      for (var rank = count(in, RANK_MAX); rank > 0; rank--) {
        dims.add(
            switch (in.readByte()) {
              case 'f' -> Dim.fixed(in.readLong());
              case 'n' -> Dim.named(readText(in));
              case 'a' -> Dim.any();
              default -> throw new IllegalArgumentException("dimension of '%s'".formatted(name));
            });
      }
      specs.add(new TensorSpec(name, datatype, dims, readOptional(in), readOptional(in)));
    }
    return specs;
  }

  static void writeOptional(DataOutputStream out, Optional<String> text) throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      writeText(out, text.get());
    }
  }

  static Optional<String> readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(readText(in)) : Optional.empty();
  }
}
