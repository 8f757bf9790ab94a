package dev.weft.fabric.load;

import java.util.Locale;
import java.util.OptionalDouble;

/** What can lead up the ladder, and how it is read from a sample. */
enum Signal {
  /**
   * The part of the CPU that others want: what they used, up to doubled by how much tasks stalled
   * meanwhile, for who is kept waiting wants more than he gets. Our own work alone leaves it at 0
   * however much of the CPU it takes.
   *
   * <p>Other threads of this program lead up only while tasks queue for the cores, because some of
   * them just feed our own work and are as idle as it is paused; they always hold.
   */
  CPU_DEMAND {
    @Override
    OptionalDouble rising(LoadSample sample, LoadSettings settings) {
      var hurts = sample.runnablePerCore().orElse(0) >= settings.runnablePerCoreLimit();
      return demand(sample, settings, hurts);
    }

    @Override
    OptionalDouble holding(LoadSample sample, LoadSettings settings) {
      return demand(sample, settings, true);
    }

    @Override
    Rungs rungs(LoadSettings settings) {
      return settings.cpuDemand();
    }

    @Override
    String say(LoadSample sample, double value, double limit) {
      var program =
          sample.programShare().isPresent()
              ? ", this program's own threads " + percent(sample.programShare().getAsDouble())
              : "";
      return "others want %s of the CPU (limit %s): other processes use %s%s; %s of the time a task"
              .formatted(
                  percent(value),
                  percent(limit),
                  percent(sample.foreignShare().orElse(0)),
                  program,
                  percent(stall(sample)))
          + " waits for a core";
    }
  },

  /**
   * How late the watch itself was woken. It counts only where the CPU others use cannot be seen, or
   * where our own use does not explain it.
   */
  TIMER_LAG {
    @Override
    OptionalDouble rising(LoadSample sample, LoadSettings settings) {
      var isUnexplained =
          sample.foreignShare().isEmpty() || sample.ownShare().orElse(0) < OWN_SHARE_EXPLAINS;
      return isUnexplained ? sample.timerLagMillis() : OptionalDouble.empty();
    }

    @Override
    Rungs rungs(LoadSettings settings) {
      return settings.timerLagMillis();
    }

    @Override
    String say(LoadSample sample, double value, double limit) {
      return String.format(
          Locale.ROOT, "the node was woken %.0f ms late (limit %.0f ms)", value, limit);
    }
  },

  /** The part of memory that is not to be had any more. */
  MEMORY_TAKEN {
    @Override
    OptionalDouble rising(LoadSample sample, LoadSettings settings) {
      var available = sample.memoryAvailableShare();
      return available.isPresent() ? OptionalDouble.of(1 - available.getAsDouble()) : available;
    }

    @Override
    Rungs rungs(LoadSettings settings) {
      return settings.memoryTaken();
    }

    @Override
    String say(LoadSample sample, double value, double limit) {
      return "%s of the memory is taken (limit %s)".formatted(percent(value), percent(limit));
    }
  },

  /** The part of the time in which a task waited for memory. */
  MEMORY_STALL {
    @Override
    OptionalDouble rising(LoadSample sample, LoadSettings settings) {
      return sample.memoryStallShare();
    }

    @Override
    Rungs rungs(LoadSettings settings) {
      return settings.memoryStall();
    }

    @Override
    String say(LoadSample sample, double value, double limit) {
      return "%s of the time a task waits for memory (limit %s)"
          .formatted(percent(value), percent(limit));
    }
  };

  /** From this share of the CPU on our own process explains why it is woken late. */
  private static final double OWN_SHARE_EXPLAINS = 0.5;

  /** The value that may lead to a higher level; empty if the sample does not tell. */
  abstract OptionalDouble rising(LoadSample sample, LoadSettings settings);

  /** The value that may keep a level; never less than {@link #rising}. */
  OptionalDouble holding(LoadSample sample, LoadSettings settings) {
    return rising(sample, settings);
  }

  abstract Rungs rungs(LoadSettings settings);

  /** A clause with the value, its limit and where it comes from. */
  abstract String say(LoadSample sample, double value, double limit);

  private static OptionalDouble demand(
      LoadSample sample, LoadSettings settings, boolean withProgram) {
    if (sample.foreignShare().isEmpty()) {
      return OptionalDouble.empty();
    }
    var program = withProgram && settings.countsOwnProgram() ? sample.programShare().orElse(0) : 0;
    var used = sample.foreignShare().getAsDouble() + program;
    return OptionalDouble.of(Math.min(1, used * (1 + stall(sample))));
  }

  /**
   * Where the kernel does not tell of stalls, a queue of one task per core counts as a full one.
   */
  private static double stall(LoadSample sample) {
    return sample.cpuStallShare().isPresent()
        ? sample.cpuStallShare().getAsDouble()
        : Math.clamp(sample.runnablePerCore().orElse(0) - 1, 0.0, 1.0);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }
}
