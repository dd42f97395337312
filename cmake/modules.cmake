# Precompiled headers, one set per build. clang leaves the time stamp out, so that ccache can reuse
# what was compiled with them.
option(REPRISE_PCH "Precompile cmake/pch.hpp" ON)
function(reprise_pch name header)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/${name}.cpp CONTENT "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  target_link_libraries(${name} PRIVATE fmt::fmt reprise_boost ${ARGN})
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  target_compile_options(${name} PRIVATE -Xclang -fno-pch-timestamp)
endfunction()
function(reprise_use_pch target pch)
  if(REPRISE_PCH)
    target_precompile_headers(${target} REUSE_FROM ${pch})
    target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
  endif()
endfunction()

if(REPRISE_FUZZERS)
  add_custom_target(fuzzers)
endif()

# Unity builds: several sources in one compilation, which takes about a third less processor time from a cold start
# (docs/adr/2026-11-29-unity-builds.md). `./dev` configures them; while you work on the code, leave them off.
option(REPRISE_UNITY "Compile sources together" OFF)
set(REPRISE_UNITY_SOURCES 8)  # at most, in one compilation
set(REPRISE_ALONE  # each declares a name that hides, or is mistaken for, one of a header
    server/features/chat/chat_routes.cpp
    server/features/chat/message_routes.cpp
    server/platform/http/client_test.cpp
    server/platform/http/client/web_socket_test.cpp
    server/platform/http/web_socket_test.cpp)
# reprise_together(TARGET SOURCE ...): groups the sources, so that no two in a group declare the same
# name at the start of a line: names in anonymous namespaces are one file's own.
function(reprise_together target)
  if(NOT REPRISE_UNITY)
    return()
  endif()
  set(last 0)
  set(names0 "")
  set(count0 0)
  foreach(source ${ARGN})
    file(RELATIVE_PATH place ${CMAKE_SOURCE_DIR} ${source})
    if(place IN_LIST REPRISE_ALONE)
      continue()
    endif()
    file(READ ${source} text)
    string(REGEX MATCHALL "\n[a-zA-Z][a-zA-Z0-9_:<>,&* ]*[ *&][a-zA-Z_][a-zA-Z0-9_]*( : | ?[({=])" lines "${text}")
    set(names "")
    foreach(line ${lines})
      if(NOT line MATCHES "^\nnamespace ")
        string(REGEX REPLACE " : .*" " {" line "${line}")
        string(REGEX REPLACE ".*[ *&]([a-zA-Z_][a-zA-Z0-9_]*) ?[({=]$" "\\1" name "${line}")
        list(APPEND names ${name})
      endif()
    endforeach()
    foreach(candidate RANGE ${last})
      set(group ${candidate})
      set(free ON)
      if(count${group} GREATER_EQUAL REPRISE_UNITY_SOURCES)
        set(free OFF)
      endif()
      foreach(name ${names})
        if(name IN_LIST names${group})
          set(free OFF)
        endif()
      endforeach()
      if(free)
        break()
      endif()
    endforeach()
    if(NOT free)
      math(EXPR last "${last} + 1")
      set(group ${last})
      set(names${group} "")
      set(count${group} 0)
    endif()
    list(APPEND names${group} ${names})
    math(EXPR count${group} "${count${group}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP group${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# Nothing runs the unit tests of a release build, and they are half of its compile time.
option(REPRISE_TESTS "Build the unit tests by default" OFF)

# reprise_module(FOLDER USES ...): one library per folder from its *.cpp, and one test program from its *_test.cpp.
# Names: server/platform/http -> reprise_platform_http and reprise_platform_http_test. A folder without sources is skipped
# as an interface library, so that a module may consist of headers only.
function(reprise_module folder)
  cmake_parse_arguments(arg "" "" "USES" ${ARGN})
  string(REGEX REPLACE "^server/" "" name ${folder})
  string(REPLACE "/" "_" name "reprise_${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzzers ${sources})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${arg_USES} PRIVATE reprise_warnings)
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/server ${CMAKE_SOURCE_DIR})
    reprise_use_pch(${name} reprise_pch)
    reprise_together(${name} ${sources})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_USES})
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/server ${CMAKE_SOURCE_DIR})
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    if(NOT REPRISE_TESTS)
      set_target_properties(${name}_test PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    target_link_libraries(${name}_test PRIVATE ${name} reprise_warnings GTest::gmock
                                               GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE REPRISE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    reprise_use_pch(${name}_test reprise_pch_test)
    reprise_together(${name}_test ${tests})
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
  if(REPRISE_FUZZERS)
    foreach(source ${fuzzers})
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${name})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${fuzzer})
    endforeach()
  endif()
endfunction()

# reprise_program(NAME MAIN USES ...): an executable; skipped while its main does not exist.
function(reprise_program name main)
  cmake_parse_arguments(arg "" "" "USES" ${ARGN})
  if(EXISTS ${CMAKE_SOURCE_DIR}/${main})
    add_executable(${name} ${main})
    target_compile_definitions(${name} PRIVATE REPRISE_VERSION="${REPRISE_VERSION}")
    target_link_libraries(${name} PRIVATE ${arg_USES} reprise_warnings)
  endif()
endfunction()

# reprise_web_assets(NAME DIST): the built web app as a library that embeds its files (cmake/embed_assets.cmake).
function(reprise_web_assets name dist)
  set(generated ${CMAKE_BINARY_DIR}/generated/web_assets.cpp)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dist}/*)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DDIST=${dist} -DOUTPUT=${generated} -P
            ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cmake
    DEPENDS ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cmake ${files}
    COMMENT "Listing the web app's files")
  add_library(${name} STATIC ${generated})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(${name} PUBLIC reprise_platform_http)
  target_compile_options(${name} PRIVATE -Wno-c23-extensions)
endfunction()

# reprise_embed_text(TARGET FUNCTION NAMESPACE ROW HEADER FILES ...): texts inside the program (cmake/embed_text.cmake).
function(reprise_embed_text target function namespace row header)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  set(generated ${CMAKE_BINARY_DIR}/generated/${function}.cpp)
  list(JOIN arg_FILES "|" files)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${generated} -DFUNCTION=${function}
            -DNAMESPACE=${namespace} -DROW=${row} -DHEADER=${header} -P
            ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
    DEPENDS ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake ${arg_FILES}
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
  set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings
                                                      SKIP_PRECOMPILE_HEADERS ON)
endfunction()
