package dev.weft.app.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AmountTest {

  @Test
  void writesFiguresOfOrdinarySizeWithSixDecimals() {
    assertEquals("0.000000", Amount.figure(0));
    assertEquals("0.000100", Amount.figure(1e-4));
    assertEquals("-0.500000", Amount.figure(-0.5));
    assertEquals("999999.000000", Amount.figure(999_999));
  }

  @Test
  void writesVeryLargeAndVerySmallFiguresWithAPowerOfTen() {
    assertEquals("1.000e+06", Amount.figure(1e6));
    assertEquals("-5.012e+35", Amount.figure(-5.01188e35));
    assertEquals("9.990e-05", Amount.figure(9.99e-5));
  }

  @Test
  void writesWhatIsNoNumberAsItIs() {
    assertEquals("NaN", Amount.figure(Double.NaN));
    assertEquals("Infinity", Amount.figure(Double.POSITIVE_INFINITY));
  }
}
