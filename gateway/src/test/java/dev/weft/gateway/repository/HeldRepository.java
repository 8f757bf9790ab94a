package dev.weft.gateway.repository;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.stages.spi.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A desk whose files have {@code echo}, {@code simple} and {@code spare}, of which the last is
 * taken out; it loads nothing.
 */
public final class HeldRepository implements RepositoryDesk {

  private static final List<String> FILES = List.of("echo", "simple", "spare");

  private final Set<String> unloaded = new TreeSet<>(Set.of("spare"));
  private final List<String> asked = new ArrayList<>();

  /** What it was asked, such as {@code load spare}. */
  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public synchronized String load(String model) {
    asked.add("load " + model);
    if (!FILES.contains(model)) {
      throw new WeftException(
          ErrorCode.NOT_FOUND, "model: '%s' (expected: one of %s)".formatted(model, FILES));
    }
    return unloaded.remove(model) ? "started " + model : "";
  }

  @Override
  public synchronized String unload(String model) {
    asked.add("unload " + model);
    return FILES.contains(model) && unloaded.add(model) ? "ended " + model : "";
  }

  @Override
  public synchronized List<String> unloaded() {
    return List.copyOf(unloaded);
  }
}
