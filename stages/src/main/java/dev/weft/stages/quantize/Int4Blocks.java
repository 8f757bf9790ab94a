package dev.weft.stages.quantize;

/**
 * A matrix as 4-bit numbers in blocks of {@value #BLOCK} along the rows of a column, each block
 * with its scale and zero point, laid out as {@code MatMulNBits} reads it.
 *
 * <p>Error: at most half a scale per number, which is the range of its block, zero included, over
 * 15; what the last block lacks in rows is zero.
 *
 * @param values of shape [columns, blocks, {@value #BLOCK} / 2], the lower half of a byte first
 * @param scales of shape [columns * blocks]
 * @param zeroPoints of shape [columns, (blocks + 1) / 2], the lower half of a byte first
 */
record Int4Blocks(int blocks, byte[] values, float[] scales, byte[] zeroPoints) {

  static final int BLOCK = 32;

  private static final int LEVELS = 15;

  /**
   * @param numbers of shape [rows, columns], row-major, finite
   */
  static Int4Blocks of(float[] numbers, int rows, int columns) {
    var blocks = (rows + BLOCK - 1) / BLOCK;
    var result =
        new Int4Blocks(
            blocks,
            new byte[columns * blocks * BLOCK / 2],
            new float[columns * blocks],
            new byte[columns * ((blocks + 1) / 2)]);
    for (var column = 0; column < columns; column++) {
      for (var block = 0; block < blocks; block++) {
        result.fill(numbers, rows, columns, column, block);
      }
    }
    return result;
  }

  /** The same integers for numbers {@code factor} times as large. */
  Int4Blocks times(float factor) {
    var scaled = scales.clone();
    for (var i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return new Int4Blocks(blocks, values, scaled, zeroPoints);
  }

  private void fill(float[] numbers, int rows, int columns, int column, int block) {
    var from = block * BLOCK;
    var to = Math.min(rows, from + BLOCK);
    var low = 0f;
    var high = 0f;
    for (var row = from; row < to; row++) {
      var number = numbers[row * columns + column];
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
    var range = (high - low) / LEVELS;
    var scale = Float.isFinite(range) && range >= Float.MIN_NORMAL ? range : 1;
    var zero = Math.clamp(Math.round(-low / scale), 0, LEVELS);
    var place = column * blocks + block;
    scales[place] = scale;
    put(zeroPoints, column * ((blocks + 1) / 2) * 2 + block, zero);
    for (var i = 0; i < BLOCK; i++) {
      var row = from + i;
      var number = row < to ? numbers[row * columns + column] : 0;
      var level = Math.clamp(Math.round(number / scale) + zero, 0, LEVELS);
      put(values, place * BLOCK + i, level);
    }
  }

  /** Sets the half byte at a position. */
  private static void put(byte[] bytes, int position, int value) {
    bytes[position / 2] |= (byte) (value << position % 2 * 4);
  }
}
