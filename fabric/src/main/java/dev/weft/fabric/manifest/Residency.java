package dev.weft.fabric.manifest;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where something may be: a constraint, never a preference. What several say of one frame holds
 * together, see {@link #and}.
 *
 * @param deviceOnly whether a frame never leaves the node it came to
 * @param zones the only zones it may be in; empty if all are allowed, a set of none if no place is
 */
public record Residency(boolean deviceOnly, Optional<SortedSet<String>> zones) {

  /** What manifests write where frames never leave the node they came to. */
  public static final String DEVICE_ONLY = "device-only";

  /** Most zones in one list. */
  public static final int ZONES_MAX = 64;

  /** Lower-case letters, digits and dashes, no dash at either end. */
  public static final String ZONE = "^(?!device-only$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

  private static final Pattern ZONE_PATTERN = Pattern.compile(ZONE);
  private static final Residency ANYWHERE = new Residency(false, Optional.empty());

  public Residency {
    zones = zones.map(given -> Collections.unmodifiableSortedSet(new TreeSet<>(given)));
    for (var zone : zones.map(given -> (Set<String>) given).orElse(Set.of())) {
      if (!ZONE_PATTERN.matcher(zone).matches()) {
        throw new IllegalArgumentException(
            "zone: '%s' (expected: up to 63 lower-case letters, digits and dashes, such as eu-de)"
                .formatted(zone));
      }
    }
  }

  /** No constraint at all. */
  public static Residency anywhere() {
    return ANYWHERE;
  }

  /** On no node but the one a frame came to. */
  public static Residency onDevice() {
    return new Residency(true, Optional.empty());
  }

  /** In these zones and no others. */
  public static Residency within(Collection<String> zones) {
    return new Residency(false, Optional.of(new TreeSet<>(zones)));
  }

  /**
   * Reads what a request or a setting says: zones with commas between them, {@value #DEVICE_ONLY},
   * or both.
   *
   * @throws IllegalArgumentException if it is none of these; it never means "anywhere"
   */
  public static Residency parse(String text) {
    var words = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (words.size() > ZONES_MAX) {
      throw new IllegalArgumentException(
          "residency: %d words (expected: at most %d)".formatted(words.size(), ZONES_MAX));
    }
    var zones = new TreeSet<>(words);
    var deviceOnly = zones.remove(DEVICE_ONLY);
    return new Residency(
        deviceOnly, deviceOnly && zones.isEmpty() ? Optional.empty() : Optional.of(zones));
  }

  public boolean isAnywhere() {
    return !deviceOnly && zones.isEmpty();
  }

  /** Whether no place is left. */
  public boolean isNowhere() {
    return zones.isPresent() && zones.get().isEmpty();
  }

  /** Both constraints: zones that both allow, and the device alone if one of them says so. */
  public Residency and(Residency other) {
    if (other.isAnywhere()) {
      return this;
    }
    if (isAnywhere()) {
      return other;
    }
    return new Residency(deviceOnly || other.deviceOnly, common(other));
  }

  private Optional<SortedSet<String>> common(Residency other) {
    if (zones.isEmpty() || other.zones.isEmpty()) {
      return zones.or(() -> other.zones);
    }
    var both = new TreeSet<>(zones.get());
    both.retainAll(other.zones.get());
    return Optional.of(both);
  }

  /**
   * Whether a node is a place it may be in.
   *
   * @param nodeZones what the node lies in; a node that says nothing of that is in none
   * @param isHere whether it is the node the frame came to
   */
  public boolean admits(Set<String> nodeZones, boolean isHere) {
    return (isHere || !deviceOnly)
        && (zones.isEmpty() || zones.get().stream().anyMatch(nodeZones::contains));
  }

  /** As {@link #parse} reads it; {@code anywhere} or {@code nowhere} where it could not. */
  @Override
  public String toString() {
    if (isAnywhere()) {
      return "anywhere";
    }
    if (isNowhere()) {
      return "nowhere";
    }
    var words = String.join(", ", zones.map(given -> (Set<String>) given).orElse(Set.of()));
    return !deviceOnly ? words : words.isEmpty() ? DEVICE_ONLY : DEVICE_ONLY + ", " + words;
  }
}
