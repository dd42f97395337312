#include <cstdint>
#include <cstdlib>

#include "domain/upload/film.hpp"
#include "domain/upload/media_type.hpp"
#include "domain/upload/multipart.hpp"
#include "domain/upload/picture.hpp"
#include "domain/upload/tus.hpp"

// Reads any bytes as a file, as a form and as headers. A picture that was cleaned is clean: doing
// it once more changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto type = upload::media_type_of(bytes, "file")) {
    if (upload::can_clean(type->name)) {
      if (const auto once = upload::clean_picture(type->name, bytes)) {
        const auto twice = upload::clean_picture(type->name, once->content);
        if (!twice || twice->content != once->content) std::abort();
      }
    }
  }
  // Notes of a film that were blanked are gone, however it came.
  upload::FilmNotes film;
  film.add(bytes.first(size / 3));
  film.add(bytes.subspan(size / 3));
  if (const auto notes = film.finish()) {
    Bytes blanked(bytes.begin(), bytes.end());
    upload::apply(*notes, 0, blanked);
    upload::FilmNotes again;
    again.add(blanked);
    const auto none = again.finish();
    if (!none || !none->empty()) std::abort();
  }
  // However a text is cut, the verdict is the same.
  upload::TextCheck whole;
  whole.add(bytes);
  upload::TextCheck halves;
  halves.add(bytes.first(size / 2));
  halves.add(bytes.subspan(size / 2));
  if (whole.finish().has_value() != halves.finish().has_value()) std::abort();
  (void)upload::file_in(text, "B");
  (void)upload::boundary_in(text);
  (void)upload::metadata_in(text);
  (void)upload::checksum_in(text);
  const std::string name = upload::clean_name(text);
  if (name.empty() || name.size() > upload::kNameBytesMax || name.contains('/')) std::abort();
  (void)upload::disposition(true, name);
  return 0;
}
