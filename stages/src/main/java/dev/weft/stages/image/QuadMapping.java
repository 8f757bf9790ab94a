package dev.weft.stages.image;

/**
 * The perspective mapping of the unit square onto a quadrilateral whose corners go clockwise from
 * the image of (0, 0).
 *
 * <p>Source: Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3.
 */
final class QuadMapping {

  private final double x0;
  private final double xu;
  private final double xv;
  private final double y0;
  private final double yu;
  private final double yv;
  private final double wu;
  private final double wv;

  /**
   * @param quad x and y of four corners
   */
  QuadMapping(float[] quad) {
    double ax = quad[0];
    double ay = quad[1];
    double bx = quad[2];
    double by = quad[3];
    double cx = quad[4];
    double cy = quad[5];
    double dx = quad[6];
    double dy = quad[7];
    var sumX = ax - bx + cx - dx;
    var sumY = ay - by + cy - dy;
    var determinant = (bx - cx) * (dy - cy) - (dx - cx) * (by - cy);
    // A parallelogram has no perspective; a degenerate quadrilateral is taken as one.
    var flat = determinant == 0 || (sumX == 0 && sumY == 0);
    wu = flat ? 0 : (sumX * (dy - cy) - (dx - cx) * sumY) / determinant;
    wv = flat ? 0 : ((bx - cx) * sumY - sumX * (by - cy)) / determinant;
    x0 = ax;
    xu = bx - ax + wu * bx;
    xv = dx - ax + wv * dx;
    y0 = ay;
    yu = by - ay + wu * by;
    yv = dy - ay + wv * dy;
  }

  double x(double u, double v) {
    return (x0 + xu * u + xv * v) / (1 + wu * u + wv * v);
  }

  double y(double u, double v) {
    return (y0 + yu * u + yv * v) / (1 + wu * u + wv * v);
  }
}
