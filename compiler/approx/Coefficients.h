// Coefficients of the polynomials and rationals that elementary functions are lowered to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written by fit.py, which holds the derivations: change that, not this. Lowest power first. Each
// error is that of the rounded coefficients in exact arithmetic, relative to the function named.
// clang-format off

#ifndef XPHI_COMPILER_APPROX_COEFFICIENTS_H
#define XPHI_COMPILER_APPROX_COEFFICIENTS_H

namespace xphi::compiler::coefficients {

/// P of expm1(r) = r + r^2 P(r).
/// On [-ln2/2, ln2/2], degree 8, relative error 2^-49.4
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double expm1F64[] = {
    0x1.fffffffffffbfp-2, 0x1.555555555224bp-3, 0x1.55555555648c1p-5, 0x1.111111213ac14p-7,
    0x1.6c16c1365a917p-10, 0x1.a0199be55b3fdp-13, 0x1.a01a762ce0919p-16, 0x1.72da61ead29ccp-19,
    0x1.27df802e40e74p-22};

/// P of expm1(r) = r + r^2 P(r).
/// On [-ln2/2, ln2/2], degree 4, relative error 2^-26.1
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float expm1F32[] = {
    0x1.fffffep-2f, 0x1.5554aap-3f, 0x1.55579cp-5f, 0x1.122c5ep-7f, 0x1.6ab8fcp-10f};

/// P of exp(r) = 1 + r + r^2 P(r).
/// On [-ln2/8, ln2/8], degree 2, relative error 2^-27.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float expm1QuarterF32[] = {
    0x1.000006p-1f, 0x1.5571f6p-3f, 0x1.552f28p-5f};

/// P of expm1(r) = r + r^2 / 2 + r^3 P(r).
/// On [-ln2/2, ln2/2], degree 4, relative error 2^-31.0
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float expm1TailF32[] = {
    0x1.555554p-3f, 0x1.5554eap-5f, 0x1.1113acp-7f, 0x1.6d4c74p-10f, 0x1.9c59fap-13f};

/// log2(e)
inline constexpr double log2eF64 = 0x1.71547652b82fep+0;
/// ln 2, leading 40 bits: k * ln2High is exact for |k| < 2^13
inline constexpr double ln2HighF64 = 0x1.62e42fefa2p-1;
/// ln 2 - ln2High
inline constexpr double ln2LowF64 = 0x1.9ef35793c7673p-41;
/// Adding this rounds to an integer, left in the low bits
inline constexpr double roundF64 = 0x1.8p+52;
/// log2(e)
inline constexpr float log2eF32 = 0x1.715476p+0f;
/// ln 2, leading 16 bits: k * ln2High is exact for |k| < 2^8
inline constexpr float ln2HighF32 = 0x1.62e4p-1f;
/// ln 2 - ln2High
inline constexpr float ln2LowF32 = 0x1.7f7d1cp-20f;
/// Adding this rounds to an integer, left in the low bits
inline constexpr float roundF32 = 0x1.8p+23f;

/// P of log(m) = 2s + s^3 P(s^2), s = (m - 1)/(m + 1).
/// On [sqrt(1/2), sqrt(2)], degree 5, relative error 2^-52.2
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double logF64[] = {
    0x1.5555555553972p-1, 0x1.999999a290daap-2, 0x1.2492417905d3p-2, 0x1.c7227787fb125p-3,
    0x1.732c321f8a685p-3, 0x1.587724a211eaep-3};

/// P of log(m) = 2s + s^3 P(s^2), s = (m - 1)/(m + 1).
/// On [sqrt(1/2), sqrt(2)], degree 2, relative error 2^-30.2
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float logF32[] = {
    0x1.55557ap-1f, 0x1.995ed8p-2f, 0x1.31e044p-2f};

/// P of log1p(t) = t + t^2 P(t).
/// On [0, 1], degree 8, relative error 2^-27.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float log1pF32[] = {
    -0x1.ffffd2p-2f, 0x1.554ddp-2f, -0x1.ff23e6p-3f, 0x1.934b54p-3f, -0x1.3a436p-3f, 0x1.b4ae2p-4f,
    -0x1.d6b0f4p-5f, 0x1.49189p-6f, -0x1.af4bep-9f};

/// P of the derivative of x tanh(softplus(x)) = P(x + 1); error relative to its largest term.
/// On [-1, 1], degree 12, relative error 2^-25.2
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float mishSlopeF32[] = {
    0x1.e51a8ap-5f, 0x1.66193cp-2f, 0x1.c92d8cp-3f, 0x1.4844ap-6f, -0x1.2ef9c8p-5f, -0x1.2de6ccp-6f,
    -0x1.82fe7ap-11f, 0x1.7ef8d6p-9f, 0x1.55bb54p-10f, -0x1.0bbae4p-16f, -0x1.d13fa8p-13f,
    -0x1.6ad57p-15f, 0x1.f7dc5cp-17f};

/// P of erf(x) = x P(x^2).
/// On [-1, 1], degree 10, relative error 2^-51.1
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double erfF64[] = {
    0x1.20dd750429b6bp+0, -0x1.812746b037248p-2, 0x1.ce2f219ff8237p-4, -0x1.b82ce300a7729p-6,
    0x1.565bcad9a3cfap-8, -0x1.c02d625fcb56p-11, 0x1.f99bc3854e48bp-14, -0x1.f463bc1ece729p-17,
    0x1.b5b48d9fccf1bp-20, -0x1.45b2b04add8d8p-23, 0x1.427246a28cba6p-27};

/// P of x - tanh(x) = x^3 P(x^2).
/// On [-1/2, 1/2], degree 9, relative error 2^-52.7
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double tanhshrinkF64[] = {
    0x1.5555555555555p-2, -0x1.1111111110d01p-3, 0x1.ba1ba1b987a91p-5, -0x1.664f4844e8918p-6,
    0x1.226e28706709dp-7, -0x1.d6d0b92afed7cp-9, 0x1.7d69a6b447866p-10, -0x1.32b7ca57dd468p-11,
    0x1.cfd6f91c0d8cbp-13, -0x1.f396d52445fep-15};

/// Phi(-t) = exp(-t^2/2) N(t)/D(t), the normal distribution function.
/// On [0, 40], degree 8/9, relative error 2^-48.3
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double tailF64Numerator[] = {
    0x1.000000000000dp-1, 0x1.7081d54a74ccap-1, 0x1.059af6d36d89dp-1, 0x1.d2a3b809dab63p-3,
    0x1.1b16511fb52cbp-4, 0x1.dd0b4858098a2p-7, 0x1.11397fd88963cp-9, 0x1.8822f975a24c6p-13,
    0x1.12a3dd33e3e0bp-17};

/// See the numerator.
inline constexpr double tailF64Denominator[] = {
    0x1p+0, 0x1.1e61ff748b84p+1, 0x1.274d96cd9213bp+1, 0x1.719948cc435bcp+0, 0x1.36a08d1258ef4p-1,
    0x1.6d6a0a5e8fb9dp-3, 0x1.2ec85c33057bcp-5, 0x1.57c7e4b367125p-8, 0x1.eb786a10c7cc9p-12,
    0x1.5835d70a80e8bp-16};

/// 2 ln 2, leading bits: k * gaussStep is exact for |k| < 2^8
inline constexpr float gaussStep = 0x1.62e4p+0f;
/// -gaussStep * roundF32, exact
inline constexpr float gaussStepRound = -0x1.0a2bp+24f;
/// -log2(e)/2
inline constexpr float gaussLog2e = -0x1.715476p-1f;
/// 2 ln 2 / gaussStep - 1
inline constexpr float gaussRest = 0x1.14a114p-19f;

/// P(r) = exp(-r/2)/sqrt(2 pi), so that phi(x) = 2^k P(x^2 + 2 k ln2).
/// On [-ln2, ln2], degree 6, relative error 2^-24.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float millsDensityF32[] = {
    0x1.988454p-2f, -0x1.988456p-3f, 0x1.98839ap-5f, -0x1.105764p-7f, 0x1.10e5ccp-10f,
    -0x1.b54ba8p-14f, 0x1.737894p-18f};

/// N of t Phi(-t) = phi(t) P/(P + D), P = t N; N starts with 1.
/// On [0, 12], degree 4/5, relative error 2^-24.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float millsProductF32Numerator[] = {
    0x1p+0f, 0x1.cf9564p-1f, 0x1.8d390ap-2f, 0x1.6a8f6cp-4f, 0x1.313604p-7f};

/// D of the same.
inline constexpr float millsProductF32Rest[] = {
    0x1.988454p-1f, 0x1.6fabe8p-2f, 0x1.6e8f7p-4f, 0x1.2f71c6p-7f, 0x1.5902f4p-20f};

/// N of Phi(-t) = phi(t) N/(t N + D).
/// On [0, 12], degree 4/5, relative error 2^-24.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float millsCdfF32Numerator[] = {
    0x1.999998p+0f, 0x1.72de0ep+0f, 0x1.3dc738p-1f, 0x1.220c82p-3f, 0x1.e85886p-7f};

/// D of the same.
inline constexpr float millsCdfF32Rest[] = {
    0x1.46d042p+0f, 0x1.262358p-1f, 0x1.253f4p-3f, 0x1.e5859ep-7f, 0x1.141f22p-19f};

/// P of sin(x) = x + x^3 P(x^2).
/// On [-pi/4, pi/4], degree 5, relative error 2^-57.9
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double sinF64[] = {
    -0x1.5555555555548p-3, 0x1.111111110f73p-7, -0x1.a01a019be9218p-13, 0x1.71de35552b47ep-19,
    -0x1.ae5e4b83bddd5p-26, 0x1.5d8b558166169p-33};

/// P of cos(x) = 1 - x^2/2 + x^4 P(x^2).
/// On [-pi/4, pi/4], degree 5, relative error 2^-63.9
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double cosF64[] = {
    0x1.555555555554bp-5, -0x1.6c16c16c15014p-10, 0x1.a01a019c8ef72p-16, -0x1.27e4f7f1631b8p-22,
    0x1.1ee9dba822383p-29, -0x1.8fa66d0e80328p-37};


/// 2/pi, its leading 265 bits in pieces of 53
inline constexpr double twoOverPiPieces[] = {
    0x1.45f306dc9c882p-1, 0x1.4a7f09d5f47d4p-54, 0x1.a6ee06db14accp-107, 0x1.3c439041fe516p-160,
    0x1.d5ef5de2b0db9p-215};
/// 2/pi
inline constexpr double twoOverPiF64 = 0x1.45f306dc9c883p-1;
/// pi/2, leading 33 bits: k * halfPiHigh is exact for |k| < 2^20
inline constexpr double halfPiHighF64 = 0x1.921fb544p+0;
/// pi/2 - halfPiHigh, leading 33 bits
inline constexpr double halfPiMiddleF64 = 0x1.0b4611a6p-34;
/// the rest of pi/2
inline constexpr double halfPiLowF64 = 0x1.3198a2e037073p-69;

/// P of atan(x) = x + x^3 P(x^2).
/// On [-tan(pi/8), tan(pi/8)], degree 8, relative error 2^-49.9
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double atanF64[] = {
    -0x1.55555555521b6p-2, 0x1.99999993a4527p-3, -0x1.2492473e8a3c8p-3, 0x1.c71bd9698a51bp-4,
    -0x1.744f82ae33676p-4, 0x1.3a56f05d8895ep-4, -0x1.0aa81f6bdfd14p-4, 0x1.9ca538d385252p-5,
    -0x1.a150a4cfeccbfp-6};

/// P of asin(x) = x + x^3 P(x^2).
/// On [-1/2, 1/2], degree 10, relative error 2^-51.9
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr double asinF64[] = {
    0x1.5555555556cffp-3, 0x1.333333309173fp-4, 0x1.6db6dd0ddd30dp-5, 0x1.f1c69c92590b8p-6,
    0x1.6e97026fabbbbp-6, 0x1.1baccfbdaba91p-6, 0x1.d54ec7bb1dd09p-7, 0x1.336cd42faa2b7p-7,
    0x1.2b07f9d9a0b2ap-6, -0x1.7f6706fcc5517p-7, 0x1.023457ffee062p-5};

/// P of sin(x) = x + x^3 P(x^2).
/// On [-pi/2, pi/2], degree 3, relative error 2^-27.3
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float sinF32[] = {
    -0x1.55554cp-3f, 0x1.110edap-7f, -0x1.9f70eep-13f, 0x1.5dc8c4p-19f};

/// 1/pi
inline constexpr float oneOverPiF32 = 0x1.45f306p-2f;
/// pi, to the nearest float
inline constexpr float piHighF32 = 0x1.921fb6p+1f;
/// pi - piHigh
inline constexpr float piMiddleF32 = -0x1.777a5cp-24f;
/// the rest of pi
inline constexpr float piLowF32 = -0x1.ee59dap-49f;

/// P of sin(x) = x + x^3 P(x^2).
/// On [-pi/4, pi/4], degree 3, relative error 2^-32.5
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float sinQuarterF32[] = {
    -0x1.555556p-3f, 0x1.111174p-7f, -0x1.a05956p-13f, 0x1.7c2da2p-19f};

/// P of cos(x) = 1 - x^2/2 + x^4 P(x^2).
/// On [-pi/4, pi/4], degree 2, relative error 2^-33.0
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float cosQuarterF32[] = {
    0x1.55554ap-5f, -0x1.6c0c28p-10f, 0x1.99e80cp-16f};

/// P of sin(x)^2 = s + s^2 P(s), s = x^2.
/// On [-pi/4, pi/4], degree 3, relative error 2^-29.8
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float sinSquareF32[] = {
    -0x1.555552p-2f, 0x1.6c1532p-5f, -0x1.9fa4c2p-9f, 0x1.1a36fcp-13f};

/// P of its slope in s: 1 + s P(s).
/// On [-pi/4, pi/4], degree 2, relative error 2^-19.8
/// (rounded coefficients, exact arithmetic, sampled on 4000 points).
inline constexpr float sinSquareSlopeF32[] = {
    -0x1.55511p-1f, 0x1.10710ap-3f, -0x1.84d88cp-7f};

/// 2/pi
inline constexpr float twoOverPiF32 = 0x1.45f306p-1f;
/// pi/2, to the nearest float
inline constexpr float halfPiHighF32 = 0x1.921fb6p+0f;
/// pi/2 - halfPiHigh to 2^-34: k * halfPiMiddle is exact for |k| < 2^14
inline constexpr float halfPiMiddleF32 = -0x1.778p-25f;
/// the rest of pi/2
inline constexpr float halfPiLowF32 = 0x1.68c234p-39f;

} // namespace xphi::compiler::coefficients

#endif // XPHI_COMPILER_APPROX_COEFFICIENTS_H
