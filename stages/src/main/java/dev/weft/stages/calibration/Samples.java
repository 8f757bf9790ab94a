package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Inputs a model is run on to see what it does, a {@link Sample} for each run. Owns the tensors.
 */
public final class Samples implements AutoCloseable {

  private final List<Sample> runs;

  /**
   * @param runs at least one
   */
  public Samples(List<Sample> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("runs: none (expected: at least one)");
    }
    this.runs = List.copyOf(runs);
  }

  /** The inputs of each run. */
  public List<Map<String, Tensor>> frames() {
    return runs.stream().map(Sample::inputs).toList();
  }

  List<Sample> runs() {
    return runs;
  }

  public int size() {
    return runs.size();
  }

  /** At most {@code count} runs, spread evenly; they stay owned by this. */
  public List<Sample> spread(int count) {
    if (count >= size()) {
      return runs;
    }
    var chosen = new ArrayList<Sample>();
    for (var i = 0; i < count; i++) {
      chosen.add(runs.get((int) ((long) i * size() / count)));
    }
    return chosen;
  }

  /** SHA-256 over names, types, shapes and contents in order, lower-case hex. */
  public String digest() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var run : runs) {
        new TreeMap<>(run.inputs()).forEach((name, tensor) -> update(digest, name, tensor));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, String name, Tensor tensor) {
    var head = "%s %s %d\n".formatted(name, tensor, tensor.byteSize());
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    MemorySegment content = tensor.segment();
    digest.update(content.toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void close() {
    runs.forEach(run -> run.inputs().values().forEach(Tensor::close));
  }
}
