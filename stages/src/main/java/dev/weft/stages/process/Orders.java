package dev.weft.stages.process;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.TensorPool;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process is told when it starts: which kind of stage to make, of what, and the file in
 * which inputs will lie.
 */
record Orders(
    String kind,
    String stage,
    String variant,
    Signature declared,
    Map<String, Object> options,
    Optional<Path> artifact,
    Map<String, Path> files,
    Path inputs) {

  static Orders of(String kind, StageSetup setup, Path inputs) {
    return new Orders(
        kind,
        setup.stage(),
        setup.variant(),
        setup.declared(),
        setup.options().values(),
        setup.artifact(),
        setup.files(),
        inputs);
  }

  StageSetup setup(TensorPool pool) {
    return new StageSetup(
        stage, variant, declared, Options.of(List.of(), options), artifact, files, pool);
  }

  /**
   * @throws StageException with {@link ErrorCode#INVALID_MANIFEST} if there is not room for all of
   *     it
   */
  void write(MemorySegment target) {
    var bytes = Words.bytes(this::writeTo);
    if (bytes.length > target.byteSize()) {
      throw new StageException(
          ErrorCode.INVALID_MANIFEST,
          "stage '%s': options and names of %d bytes (expected: <= %d for a process of its own)"
              .formatted(stage, bytes.length, target.byteSize()));
    }
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
  }

  static Orders read(MemorySegment source) {
    return Words.read(source, Orders::readFrom);
  }

  private boolean writeTo(DataOutputStream out) throws IOException {
    Words.writeText(out, kind);
    Words.writeText(out, stage);
    Words.writeText(out, variant);
    Words.writeSignature(out, declared);
    out.writeInt(options.size());
    for (var option : options.entrySet()) {
      Words.writeText(out, option.getKey());
      writeValue(out, option.getValue());
    }
    Words.writeOptional(out, artifact.map(Orders::absolute));
    out.writeInt(files.size());
    for (var file : files.entrySet()) {
      Words.writeText(out, file.getKey());
      Words.writeText(out, absolute(file.getValue()));
    }
    Words.writeText(out, absolute(inputs));
    return true;
  }

  private static Orders readFrom(DataInputStream in) throws IOException {
    var kind = Words.readText(in);
    var stage = Words.readText(in);
    var variant = Words.readText(in);
    var declared = Words.readSignature(in);
    var options = new LinkedHashMap<String, Object>();
    for (var left = in.readInt(); left > 0; left--) {
      options.put(Words.readText(in), readValue(in));
    }
    var artifact = Words.readOptional(in).map(Path::of);
    var files = new LinkedHashMap<String, Path>();
    for (var left = in.readInt(); left > 0; left--) {
      files.put(Words.readText(in), Path.of(Words.readText(in)));
    }
    return new Orders(
        kind, stage, variant, declared, options, artifact, files, Path.of(Words.readText(in)));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }

  /** An option's value, of one of the types that {@code OptionSpec.Type} names. */
  private static void writeValue(DataOutputStream out, Object value) throws IOException {
    switch (value) {
      case Double number -> {
        out.writeByte('d');
        out.writeDouble(number);
      }
      case Number number -> {
        out.writeByte('l');
        out.writeLong(number.longValue());
      }
      case Boolean bit -> out.writeByte(bit ? 'y' : 'n');
      case String text -> {
        out.writeByte('s');
        Words.writeText(out, text);
      }
      case List<?> items -> {
        out.writeByte('[');
        out.writeInt(items.size());
        for (var item : items) {
          writeValue(out, item);
        }
      }
      case Map<?, ?> entries -> {
        out.writeByte('{');
        out.writeInt(entries.size());
        for (var entry : entries.entrySet()) {
          Words.writeText(out, String.valueOf(entry.getKey()));
          writeValue(out, entry.getValue());
        }
      }
      default ->
          throw new IllegalArgumentException(
              "option: %s (expected: a value that a manifest can give)".formatted(value));
    }
  }

  private static Object readValue(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case 'd' -> in.readDouble();
      case 'l' -> in.readLong();
      case 'y' -> true;
      case 'n' -> false;
      case 's' -> Words.readText(in);
      case '[' -> {
        var items = new ArrayList<Object>();
        for (var left = in.readInt(); left > 0; left--) {
          items.add(readValue(in));
        }
        yield items;
      }
      case '{' -> {
        var entries = new LinkedHashMap<String, Object>();
        for (var left = in.readInt(); left > 0; left--) {
          entries.put(Words.readText(in), readValue(in));
        }
        yield entries;
      }
      default -> throw new IllegalArgumentException("option: of no known type");
    };
  }
}
