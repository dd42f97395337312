# Everything that comes from outside, as targets. All are Debian 12 packages (./dev installs them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GTest REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(PkgConfig REQUIRED)
pkg_check_modules(opus REQUIRED IMPORTED_TARGET opus)
pkg_check_modules(vpx REQUIRED IMPORTED_TARGET vpx)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(libarchive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(jpeg REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(png REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(sndfile REQUIRED IMPORTED_TARGET sndfile)
find_package(GIF REQUIRED)
pkg_check_modules(webrtc_audio REQUIRED IMPORTED_TARGET webrtc-audio-processing)
pkg_check_modules(pocketsphinx REQUIRED IMPORTED_TARGET pocketsphinx)

add_library(reprise_boost INTERFACE)
target_link_libraries(reprise_boost INTERFACE Boost::headers Boost::json Boost::url)
target_compile_definitions(reprise_boost INTERFACE BOOST_ASIO_NO_DEPRECATED
                                                   BOOST_ASIO_HAS_CO_AWAIT)

# The emulator speaks with flite, detects voice with WebRTC's VAD, understands with pocketsphinx,
# and reads pictures and sound with the libraries of their formats.
add_library(reprise_voice_and_ears INTERFACE)
target_link_libraries(reprise_voice_and_ears INTERFACE PkgConfig::webrtc_audio
  PkgConfig::pocketsphinx PkgConfig::jpeg
  PkgConfig::png PkgConfig::webp GIF::GIF PkgConfig::sndfile flite_cmu_us_slt flite_usenglish flite_cmulex flite)

# No contraction of products and sums: rendered sound must equal the worklet's computation
# (docs/formats/recording.md 3.6).
add_library(reprise_warnings INTERFACE)
target_compile_options(reprise_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow
  -Wno-missing-field-initializers -Wno-c23-extensions -Werror=return-type)
add_compile_options(-ffp-contract=off -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)

if(REPRISE_PCH)
  reprise_pch(reprise_pch pch.hpp)
  reprise_pch(reprise_pch_test pch_test.hpp GTest::gmock)
endif()
