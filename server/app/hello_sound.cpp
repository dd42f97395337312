#include "app/hello_sound.hpp"

namespace reprise::app {
namespace {

// Spoken by flite (`flite -voice slt -t "Hello."`), with silence around it to fill a second. A new
// sound needs a new file name, because a compiler cache does not read #embed.
constexpr unsigned char kHello[] = {
#embed "hello_16khz.pcm"
};
static_assert(sizeof kHello == 32'000);

}  // namespace

ByteView hello_sound() { return {reinterpret_cast<const std::byte*>(kHello), sizeof kHello}; }

}  // namespace reprise::app
