package dev.weft.bench;

/** A straight line through points, by least squares. */
final class Slope {

  private double count;
  private double sumX;
  private double sumY;
  private double sumXx;
  private double sumXy;

  void add(double x, double y) {
    count++;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
  }

  /** Rise of y per unit of x; 0 unless there are two points of different x. */
  double value() {
    var spread = count * sumXx - sumX * sumX;
    return spread <= 0 ? 0 : (count * sumXy - sumX * sumY) / spread;
  }
}
