package dev.weft.fabric.pipeline;

import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one frame by slot, each let go of as soon as its last reader is done. A slot may
 * stay empty: an input that was not given, an output of a step that was skipped.
 */
final class TensorSlots {

  private final @Nullable Tensor[] tensors;
  private final int[] usesLeft;

  /**
   * @param uses per slot, how often it will be read
   * @param first content of the first slots, some of it absent
   */
  TensorSlots(int[] uses, @Nullable Tensor[] first) {
    this.tensors = new @Nullable Tensor[uses.length];
    this.usesLeft = uses.clone();
    for (var slot = 0; slot < first.length; slot++) {
      var tensor = first[slot];
      if (tensor != null) {
        put(slot, tensor);
      }
    }
  }

  boolean isEmpty(int slot) {
    return tensors[slot] == null;
  }

  @Nullable Tensor at(int slot) {
    return tensors[slot];
  }

  /** The tensor of a slot that must not be empty. */
  Tensor present(int slot) {
    var tensor = tensors[slot];
    if (tensor == null) {
      throw new IllegalStateException("slot " + slot + " is empty although its step is ready");
    }
    return tensor;
  }

  /** The tensors of slots none of which may be empty. */
  List<Tensor> present(int[] wanted) {
    if (wanted.length == 1) {
      return List.of(present(wanted[0]));
    }
    var found = new Tensor[wanted.length];
    for (var i = 0; i < found.length; i++) {
      found[i] = present(wanted[i]);
    }
    return List.of(found);
  }

  /** What {@code count} slots from {@code first} on have, on leases of their own. */
  List<Tensor> retained(int first, int count) {
    var found = new ArrayList<Tensor>(count);
    for (var slot = first; slot < first + count; slot++) {
      var tensor = tensors[slot];
      if (tensor != null) {
        found.add(tensor.retain());
      }
    }
    return found;
  }

  /** Takes over {@code tensor}; closes it at once if nobody will read it. */
  void put(int slot, Tensor tensor) {
    tensors[slot] = tensor;
    if (usesLeft[slot] == 0) {
      close(slot);
    }
  }

  /** Takes over {@code several} tensors for the slots from {@code first} on. */
  void put(int first, List<Tensor> several) {
    for (var i = 0; i < several.size(); i++) {
      put(first + i, several.get(i));
    }
  }

  /** As {@link #keep(int)} for {@code count} slots; ended by {@link #used(int, int)}. */
  void keep(int first, int count) {
    for (var slot = first; slot < first + count; slot++) {
      keep(slot);
    }
  }

  /** Ends what {@link #keep(int, int)} began. */
  void used(int first, int count) {
    for (var slot = first; slot < first + count; slot++) {
      used(slot);
    }
  }

  /** Holds what {@code slot} has, or will have, until all are closed. */
  void keep(int slot) {
    usesLeft[slot]++;
  }

  /** Ends one of the reads the plan counted, whether it took place or not. */
  void used(int slot) {
    usesLeft[slot]--;
    if (usesLeft[slot] == 0) {
      close(slot);
    }
  }

  void closeAll() {
    for (var slot = 0; slot < tensors.length; slot++) {
      close(slot);
    }
  }

  private void close(int slot) {
    var tensor = tensors[slot];
    if (tensor != null) {
      tensors[slot] = null;
      try {
        tensor.close();
      } catch (IllegalStateException e) {
        // A stage has closed what was not its own; the lease is gone either way.
        System.getLogger(TensorSlots.class.getName())
            .log(System.Logger.Level.WARNING, "a stage closed a tensor that it was lent", e);
      }
    }
  }
}
