// Written by Tests/Reference/linear_figures.py with NumPy 2.4.6 and mpmath 1.3.0. Do not edit.

import SkewlabNumerics

enum LinearFigures {
  /// Normal equations of full rank.
  static let fullRank = (
    a: Matrix([
      [0x1.6c00000000000p+7, -0x1.a000000000000p+4, 0x1.3000000000000p+5, -0x1.6000000000000p+3],
      [-0x1.a000000000000p+4, 0x1.3800000000000p+7, -0x1.0000000000000p+2, 0x1.a000000000000p+3],
      [0x1.3000000000000p+5, -0x1.0000000000000p+2, 0x1.3800000000000p+7, -0x1.0000000000000p+1],
      [-0x1.6000000000000p+3, 0x1.a000000000000p+3, -0x1.0000000000000p+1, 0x1.8a00000000000p+7],
    ]),
    b: [0x1.0000000000000p+1, 0x1.8000000000000p+5, 0x0.0p+0, 0x1.4800000000000p+5],
    solution: [0x1.12e1c060b8438p-4, 0x1.3600034523b02p-2, -0x1.9170b14c49405p-8, 0x1.88dde6585533fp-3], rank: 4
  )

  /// The same columns in units from 1e-6 to 1e6.
  static let scaled = (
    a: Matrix([
      [0x1.6c00000000000p-33, -0x1.a000000000000p-16, 0x1.3000000000000p+5, -0x1.6000000000000p-17],
      [-0x1.a000000000000p-16, 0x1.3800000000000p+7, -0x1.0000000000000p+22, 0x1.a000000000000p+3],
      [0x1.3000000000000p+5, -0x1.0000000000000p+22, 0x1.3800000000000p+47, -0x1.0000000000000p+21],
      [-0x1.6000000000000p-17, 0x1.a000000000000p+3, -0x1.0000000000000p+21, 0x1.8a00000000000p+7],
    ]),
    b: [0x1.0000000000000p-19, 0x1.8000000000000p+5, 0x0.0p+0, 0x1.4800000000000p+5],
    solution: [0x1.12e1c060b8438p+16, 0x1.3600034523b02p-2, -0x1.9170b14c49405p-28, 0x1.88dde6585533fp-3], rank: 4
  )

  /// Centred: the second column is constant.
  static let constant = (
    a: Matrix([
      [0x1.e200000000000p+10, 0x0.0p+0, -0x1.3800000000000p+8],
      [0x0.0p+0, 0x0.0p+0, 0x0.0p+0],
      [-0x1.3800000000000p+8, 0x0.0p+0, 0x1.d400000000000p+10],
    ]),
    b: [-0x1.5000000000000p+7, 0x0.0p+0, 0x1.2000000000000p+9],
    solution: [-0x1.3a67b5c3f5155p-5, 0x0.0p+0, 0x1.3486dd71a940dp-2], rank: 2
  )

  /// The third column repeats the first.
  static let duplicated = (
    a: Matrix([
      [0x1.6c00000000000p+7, -0x1.a000000000000p+4, 0x1.6c00000000000p+7],
      [-0x1.a000000000000p+4, 0x1.3800000000000p+7, -0x1.a000000000000p+4],
      [0x1.6c00000000000p+7, -0x1.a000000000000p+4, 0x1.6c00000000000p+7],
    ]),
    b: [0x1.0000000000000p+1, 0x1.8000000000000p+5, 0x1.0000000000000p+1],
    solution: [0x1.cd1692f8cba5bp-6, 0x1.44aed44aed44bp-2, 0x1.cd1692f8cba5bp-6], rank: 2
  )

  /// Centred: three equal columns and another.
  static let duplicatedTwice = (
    a: Matrix([
      [0x1.e200000000000p+10, 0x1.e200000000000p+10, 0x1.e200000000000p+10, -0x1.3800000000000p+8],
      [0x1.e200000000000p+10, 0x1.e200000000000p+10, 0x1.e200000000000p+10, -0x1.3800000000000p+8],
      [0x1.e200000000000p+10, 0x1.e200000000000p+10, 0x1.e200000000000p+10, -0x1.3800000000000p+8],
      [-0x1.3800000000000p+8, -0x1.3800000000000p+8, -0x1.3800000000000p+8, 0x1.d400000000000p+10],
    ]),
    b: [-0x1.5000000000000p+7, -0x1.5000000000000p+7, -0x1.5000000000000p+7, 0x1.2000000000000p+9],
    solution: [-0x1.a334f25a9c1c6p-7, -0x1.a334f25a9c1c6p-7, -0x1.a334f25a9c1c6p-7, 0x1.3486dd71a940dp-2], rank: 2
  )

  /// Centred: a full set of indicators, whose sum is constant, and a number.
  static let oneHot = (
    a: Matrix([
      [0x1.1800000000000p+5, -0x1.e000000000000p+3, -0x1.4000000000000p+4, 0x1.2800000000000p+7],
      [-0x1.e000000000000p+3, 0x1.b000000000000p+4, -0x1.8000000000000p+3, -0x1.8000000000000p+6],
      [-0x1.4000000000000p+4, -0x1.8000000000000p+3, 0x1.0000000000000p+5, -0x1.a000000000000p+5],
      [0x1.2800000000000p+7, -0x1.8000000000000p+6, -0x1.a000000000000p+5, 0x1.e200000000000p+10],
    ]),
    b: [0x1.8000000000000p+6, 0x1.2000000000000p+5, -0x1.0800000000000p+7, -0x1.5000000000000p+7],
    solution: [0x1.590b960bdf695p+1, 0x1.ede784861ede8p-3, -0x1.77ea0e5441574p+1, -0x1.71efde97b9952p-2], rank: 3
  )

  /// Not centred: an intercept column and a full set of indicators.
  static let oneHotIntercept = (
    a: Matrix([
      [0x1.8000000000000p+3, 0x1.4000000000000p+2, 0x1.8000000000000p+1, 0x1.0000000000000p+2],
      [0x1.4000000000000p+2, 0x1.4000000000000p+2, 0x0.0p+0, 0x0.0p+0],
      [0x1.8000000000000p+1, 0x0.0p+0, 0x1.8000000000000p+1, 0x0.0p+0],
      [0x1.0000000000000p+2, 0x0.0p+0, 0x0.0p+0, 0x1.0000000000000p+2],
    ]),
    b: [0x1.8000000000000p+3, 0x1.a000000000000p+3, 0x1.8000000000000p+2, -0x1.c000000000000p+2],
    solution: [0x1.6cccccccccccdp-1, 0x1.e333333333333p+0, 0x1.499999999999ap+0, -0x1.3b33333333333p+1], rank: 3
  )

  /// The second column is the first times 2^20.
  static let copyInOtherUnits = (
    a: Matrix([
      [0x1.6c00000000000p+7, 0x1.6c00000000000p+27, -0x1.a000000000000p+4],
      [0x1.6c00000000000p+27, 0x1.6c00000000000p+47, -0x1.a000000000000p+24],
      [-0x1.a000000000000p+4, -0x1.a000000000000p+24, 0x1.3800000000000p+7],
    ]),
    b: [0x1.0000000000000p+1, 0x1.0000000000000p+21, 0x1.8000000000000p+5],
    solution: [0x1.cd1692f8c9d8ap-45, 0x1.cd1692f8c9d8ap-25, 0x1.44aed44aed44bp-2], rank: 2
  )

  /// Two duplicated pairs, one of size 1e-6, one of size 1e6, and a column of size 1.
  static let twoScales = (
    a: Matrix([
      [
        0x1.6c00000000000p-33, -0x1.a000000000000p+4, 0x1.3000000000000p-15, 0x1.6c00000000000p-33,
        -0x1.a000000000000p+4,
      ],
      [
        -0x1.a000000000000p+4, 0x1.3800000000000p+47, -0x1.0000000000000p+22, -0x1.a000000000000p+4,
        0x1.3800000000000p+47,
      ],
      [
        0x1.3000000000000p-15, -0x1.0000000000000p+22, 0x1.3800000000000p+7, 0x1.3000000000000p-15,
        -0x1.0000000000000p+22,
      ],
      [
        0x1.6c00000000000p-33, -0x1.a000000000000p+4, 0x1.3000000000000p-15, 0x1.6c00000000000p-33,
        -0x1.a000000000000p+4,
      ],
      [
        -0x1.a000000000000p+4, 0x1.3800000000000p+47, -0x1.0000000000000p+22, -0x1.a000000000000p+4,
        0x1.3800000000000p+47,
      ],
    ]),
    b: [0x1.0000000000000p-19, 0x1.8000000000000p+25, 0x0.0p+0, 0x1.0000000000000p-19, 0x1.8000000000000p+25],
    solution: [
      0x1.d735be1a7ae1ap+14, 0x1.44bd49f641f5ep-23, -0x1.81597c5dd88d3p-8, 0x1.d735be1a7ae1ap+14,
      0x1.44bd49f641f5ep-23,
    ], rank: 3
  )

  /// Five multiples of one column.
  static let rankOne = (
    a: Matrix([
      [
        0x1.6c00000000000p+7, 0x1.6c00000000000p+8, -0x1.6c00000000000p+7, 0x1.1100000000000p+9,
        0x1.6c00000000000p+6,
      ],
      [
        0x1.6c00000000000p+8, 0x1.6c00000000000p+9, -0x1.6c00000000000p+8, 0x1.1100000000000p+10,
        0x1.6c00000000000p+7,
      ],
      [
        -0x1.6c00000000000p+7, -0x1.6c00000000000p+8, 0x1.6c00000000000p+7, -0x1.1100000000000p+9,
        -0x1.6c00000000000p+6,
      ],
      [
        0x1.1100000000000p+9, 0x1.1100000000000p+10, -0x1.1100000000000p+9, 0x1.9980000000000p+10,
        0x1.1100000000000p+8,
      ],
      [
        0x1.6c00000000000p+6, 0x1.6c00000000000p+7, -0x1.6c00000000000p+6, 0x1.1100000000000p+8,
        0x1.6c00000000000p+5,
      ],
    ]),
    b: [
      0x1.0000000000000p+1, 0x1.0000000000000p+2, -0x1.0000000000000p+1, 0x1.8000000000000p+2,
      0x1.0000000000000p+0,
    ],
    solution: [
      0x1.79cc12433d620p-11, 0x1.79cc12433d620p-10, -0x1.79cc12433d620p-11, 0x1.1b590db26e098p-9,
      0x1.79cc12433d620p-12,
    ], rank: 1
  )

  /// A right side outside the column space.
  static let inconsistent = (
    a: Matrix([
      [0x1.0000000000000p+0, 0x1.0000000000000p+0],
      [0x1.0000000000000p+0, 0x1.0000000000000p+0],
    ]),
    b: [0x1.8000000000000p+1, 0x1.0000000000000p+0],
    solution: [0x1.0000000000000p+0, 0x1.0000000000000p+0], rank: 1
  )

  /// A 3 x 4 factor.
  static let left = Matrix([
    [-0x1.87b6fa3f491c7p+0, -0x1.e93827a07d88fp-2, -0x1.f50073dd87da6p-1, -0x1.9e1fea263d5fbp-1],
    [0x1.0f970d5bd08b8p+0, -0x1.9d752f59df797p-1, -0x1.0a6af564d6679p-5, 0x1.c4cebfaaa6261p-1],
    [-0x1.2acdad0920bb6p-1, -0x1.c987fbc5d0834p-4, 0x1.c4760caa31e1ep-4, 0x1.054009a819fe2p-4],
  ])

  /// A 4 x 2 factor.
  static let right = Matrix([
    [-0x1.399d42363cfdbp+0, 0x1.37ded17611056p-4],
    [0x1.5bdbda0d6b313p+0, -0x1.8c11ac72be05fp+0],
    [0x1.b80101f79a48ap-1, 0x1.e8dfc4503443ep-4],
    [-0x1.486eceb815e2fp-1, 0x1.000da63e75803p+1],
  ])

  /// Their product by NumPy.
  static let product = Matrix([
    [0x1.ce75c2543a265p-1, -0x1.1cb60fc49703fp+0],
    [-0x1.7f00eb880227cp+1, 0x1.8c369c30f12a8p+1],
    [0x1.3bfe96df6f0b8p-1, 0x1.139e2bca81d10p-2],
  ])

  /// A positive definite matrix.
  static let symmetric = Matrix([
    [0x1.6c00000000000p+7, -0x1.a000000000000p+4, 0x1.3000000000000p+5, -0x1.6000000000000p+3],
    [-0x1.a000000000000p+4, 0x1.3800000000000p+7, -0x1.0000000000000p+2, 0x1.a000000000000p+3],
    [0x1.3000000000000p+5, -0x1.0000000000000p+2, 0x1.3800000000000p+7, -0x1.0000000000000p+1],
    [-0x1.6000000000000p+3, 0x1.a000000000000p+3, -0x1.0000000000000p+1, 0x1.8a00000000000p+7],
  ])

  /// Its eigenvalues by numpy.linalg.eigvalsh.
  static let eigenvalues = [0x1.edcac545412b0p+6, 0x1.2c8eb72100ce9p+7, 0x1.7f1d533973a3bp+7, 0x1.c36e9302eaf86p+7]

  /// Its factor by numpy.linalg.cholesky.
  static let choleskyFactor = Matrix([
    [0x1.afb41f432002ep+3, 0x0.0p+0, 0x0.0p+0, 0x0.0p+0],
    [-0x1.ed6023ba6dba2p+0, 0x1.8ae4a31d4cd0fp+3, 0x0.0p+0, 0x0.0p+0],
    [0x1.688b2dcd28ccfp+1, 0x1.da2b080ff8557p-4, 0x1.855daabdf148ap+3, 0x0.0p+0],
    [-0x1.a178bbc521c4ep-1, 0x1.da2b080ff855bp-1, 0x1.fe4ffde24ff45p-7, 0x1.bf66f448e08b0p+3],
  ])

  /// A 6 x 3 matrix of full rank.
  static let tall = Matrix([
    [0x1.8646e7aceca73p-1, -0x1.330498f4ff67fp+0, 0x1.3137edd983d95p-4],
    [0x1.2743db6b9d56ap-1, -0x1.82a033f39b527p-3, 0x1.5da66a1f697cfp-1],
    [-0x1.1074772a8c7ffp-4, 0x1.55a178e83d08fp-1, 0x1.7043043db867ep+0],
    [-0x1.59f0670e6c0b1p-1, 0x1.a00722c16d11dp-3, -0x1.da6d4d24e2d38p-2],
    [0x1.04a54d003b076p-3, -0x1.2febfb071b446p+0, -0x1.289a3806ffc79p-1],
    [-0x1.91cf31b66af1ap-3, 0x1.cc2ac73afec29p-1, 0x1.252d44fcacca8p+0],
  ])

  /// A right side for it.
  static let tallRight = [
    -0x1.52d2b7a81123ap+0, -0x1.96db5d3bdc62bp-1, 0x1.4b36ece73f232p-1, -0x1.fe0f3914eece1p+0,
    -0x1.da493379da44bp-2, -0x1.8e7cbc414d7a1p-4,
  ]

  /// The least-squares solution by numpy.linalg.lstsq.
  static let tallSolution = [0x1.8b54111c5f5dbp+0, 0x1.6e8ff6ed58f06p+0, -0x1.2cd4f938636dep-1]

  /// A 6 x 3 matrix of rank 2.
  static let deficient = Matrix([
    [0x1.8646e7aceca73p-1, -0x1.330498f4ff67fp+0, -0x1.bf84947a24516p-2],
    [0x1.2743db6b9d56ap-1, -0x1.82a033f39b527p-3, 0x1.8d379cdd6d040p-2],
    [-0x1.1074772a8c7ffp-4, 0x1.55a178e83d08fp-1, 0x1.3392ea02eb78fp-1],
    [-0x1.59f0670e6c0b1p-1, 0x1.a00722c16d11dp-3, -0x1.e3dd3cbc218d4p-2],
    [0x1.04a54d003b076p-3, -0x1.2febfb071b446p+0, -0x1.0f57516713e37p+0],
    [-0x1.91cf31b66af1ap-3, 0x1.cc2ac73afec29p-1, 0x1.67b6facd64062p-1],
  ])

  /// The least-norm solution by numpy.linalg.lstsq.
  static let deficientSolution = [0x1.a7db00607fb20p-3, 0x1.2b9625965f8f9p-2, 0x1.ff83a5c69f695p-2]

  /// A 2 x 4 matrix.
  static let wide = Matrix([
    [0x1.41cbbbca07716p+0, 0x1.60f98c4d5f59bp-1, -0x1.4f1108eaaaa4fp-2, -0x1.796bf58d035cdp-2],
    [-0x1.0033391b5620bp-2, 0x1.860605d574256p+0, -0x1.b64c2ba8e416bp-2, -0x1.36f7fde1da34bp-2],
  ])

  /// The least-norm solution for the first two right side elements.
  static let wideSolution = [-0x1.49bcaf2a30657p-1, -0x1.0ac1d75701e33p-1, 0x1.bd621d2230992p-3, 0x1.d0c1b6cf1ae7dp-3]
}
