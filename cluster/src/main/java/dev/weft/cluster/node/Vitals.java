package dev.weft.cluster.node;

import com.typesafe.config.Config;
import dev.weft.fabric.sensor.RaplFiles;
import dev.weft.fabric.sensor.ThermalFiles;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What a node tells of its machine beside its load: how hot it is, what it takes, what it costs.
 * What is not measured is not told. Threadsafe.
 */
final class Vitals {

  private static final String PRICE = "weft.cluster.price";
  private static final String THERMAL = "weft.cluster.thermal-folder";
  private static final String UNTOLD = "off";
  private static final double NANOS = 1e9;

  private final ThermalFiles zones;
  private final RaplFiles energy;
  private final OptionalLong priceMicros;
  private final LongSupplier nanos;
  private final ReentrantLock looking = new ReentrantLock();
  private long lastNanos;
  private volatile OptionalDouble celsius = OptionalDouble.empty();
  private volatile OptionalDouble watts = OptionalDouble.empty();

  /**
   * @param energy of this alone
   * @param priceMicros of one processor second, in millionths of a cost unit
   * @param nanos monotonic time
   */
  Vitals(ThermalFiles zones, RaplFiles energy, OptionalLong priceMicros, LongSupplier nanos) {
    this.zones = zones;
    this.energy = energy;
    this.priceMicros = priceMicros;
    this.nanos = nanos;
    this.lastNanos = nanos.getAsLong();
  }

  /**
   * Of this machine.
   *
   * @param config {@code weft.cluster.price} and {@code weft.cluster.thermal-folder} in it
   * @throws IllegalArgumentException if that is neither a whole number from 0 on nor off
   */
  static Vitals of(Config config, LongSupplier nanos) {
    var zones = new ThermalFiles(Path.of(config.getString(THERMAL)));
    return new Vitals(zones, RaplFiles.in(RaplFiles.POWERCAP), price(config), nanos);
  }

  private static OptionalLong price(Config config) {
    var text = config.getString(PRICE);
    if (text.equals(UNTOLD)) {
      return OptionalLong.empty();
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException(
          "%s: '%s' (expected: millionths of a cost unit, a whole number >= 0; or off)"
              .formatted(PRICE, text));
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  /** Reads files, which may take long; does nothing while another look takes long. */
  void look() {
    if (!looking.tryLock()) {
      return;
    }
    try {
      celsius = zones.celsius().values().stream().mapToDouble(Double::doubleValue).max();
      watts = taken();
    } finally {
      looking.unlock();
    }
  }

  /** Degrees Celsius of the hottest place at the last look. */
  OptionalDouble celsius() {
    return celsius;
  }

  /** What the processors took between the last two looks, in watts. */
  OptionalDouble watts() {
    return watts;
  }

  private OptionalDouble taken() {
    var now = nanos.getAsLong();
    var elapsed = now - lastNanos;
    if (!energy.isThere() || elapsed <= 0) {
      return OptionalDouble.empty();
    }
    var joules = energy.joules(elapsed);
    if (joules.isEmpty()) {
      return joules;
    }
    lastNanos = now;
    // None at all is a counter that was set back.
    return joules.getAsDouble() > 0
        ? OptionalDouble.of(joules.getAsDouble() / (elapsed / NANOS))
        : OptionalDouble.empty();
  }

  /** Of one processor second, in millionths of a cost unit. */
  OptionalLong priceMicros() {
    return priceMicros;
  }
}
