package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Inputs a model is run on to see what it does, each a tensor for every input by name. Owns the
 * tensors.
 */
public final class Samples implements AutoCloseable {

  private final List<Map<String, Tensor>> frames;

  /**
   * @param frames at least one
   */
  public Samples(List<Map<String, Tensor>> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("frames: none (expected: at least one)");
    }
    var copies = new ArrayList<Map<String, Tensor>>();
    frames.forEach(frame -> copies.add(Collections.unmodifiableMap(new LinkedHashMap<>(frame))));
    this.frames = List.copyOf(copies);
  }

  public List<Map<String, Tensor>> frames() {
    return frames;
  }

  public int size() {
    return frames.size();
  }

  /** At most {@code count} frames, spread evenly; they stay owned by this. */
  public List<Map<String, Tensor>> spread(int count) {
    if (count >= size()) {
      return frames;
    }
    var chosen = new ArrayList<Map<String, Tensor>>();
    for (var i = 0; i < count; i++) {
      chosen.add(frames.get((int) ((long) i * size() / count)));
    }
    return chosen;
  }

  /** SHA-256 over names, types, shapes and contents in order, lower-case hex. */
  public String digest() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var frame : frames) {
        new TreeMap<>(frame).forEach((name, tensor) -> update(digest, name, tensor));
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
    frames.forEach(frame -> frame.values().forEach(Tensor::close));
  }
}
