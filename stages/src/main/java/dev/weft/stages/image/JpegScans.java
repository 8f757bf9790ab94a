package dev.weft.stages.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The scans of a JPEG file. A progressive picture is decoded once per scan, however few bytes a
 * scan has, so that their number bounds the work a small file asks for.
 *
 * <p>Source: ITU-T T.81, annex B.
 */
final class JpegScans {

  /** Most scans taken; encoders write 10 to 20. */
  static final int MAX = 32;

  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int FIRST_RESTART = 0xD0;
  private static final int TEMPORARY = 0x01;

  private JpegScans() {}

  /** Number of scans up to the end of the first picture; counts no further than {@code most}. */
  static int count(MemorySegment content, int most) {
    var scans = 0;
    var at = 0L;
    while (at + 3 < content.byteSize() && scans < most) {
      var marker = octet(content, at) == 0xFF ? octet(content, at + 1) : 0;
      if (marker == END_OF_IMAGE) {
        return scans;
      }
      if (marker == 0 || marker == 0xFF) {
        at++;
      } else if (standsAlone(marker)) {
        at += 2;
      } else {
        scans += marker == START_OF_SCAN ? 1 : 0;
        at += 2 + Math.max(2, octet(content, at + 2) << 8 | octet(content, at + 3));
      }
    }
    return scans;
  }

  private static boolean standsAlone(int marker) {
    return marker == TEMPORARY || marker >= FIRST_RESTART && marker <= START_OF_IMAGE;
  }

  private static int octet(MemorySegment content, long at) {
    return content.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }
}
