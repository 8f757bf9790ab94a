package dev.weft.fabric.routing;

/**
 * Places a key on the unit interval, evenly and always at the same point.
 *
 * <p>FNV-1a over the UTF-16 units, finished with the MurmurHash3 64-bit mixer so that keys which
 * differ in one character land far apart.
 */
final class StickyHash {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private StickyHash() {}

  /** The point of {@code key} in [0, 1); {@code salt} keeps two splits independent. */
  static double point(String salt, String key) {
    var hash = absorb(absorb(FNV_OFFSET, salt) * FNV_PRIME, key);
    return (mix(hash) >>> 11) * 0x1.0p-53;
  }

  private static long absorb(long hash, String text) {
    for (var i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private static long mix(long hash) {
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}
