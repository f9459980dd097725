// Faults of the disk, for one process: preloaded, it lists the calls on files below a folder, and makes the n-th of them fail.
//
//     gcc -shared -fPIC -O1 -o faults.so faults.c -ldl
//     LD_PRELOAD=./faults.so python campaigns/kills.py
//
// Nothing happens until faults_arm is called. And a tracer (ptrace) that kills a process at its n-th system call of any kind.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Kinds of calls, as they are listed: kills.py says which fault each of them can have.
enum call {
    OPEN = 'o', // for writing
    LOOK = 'l', // open for reading
    READ = 'r',
    WRITE = 'w',
    SYNC = 's',
    CUT = 't', // ftruncate
    CLOSE = 'c', // of a file that is written
    MODE = 'p', // fchmod
    LOCK = 'k',
    MAP = 'm',
    RENAME = 'n',
    UNLINK = 'u', // rmdir too
    MKDIR = 'd',
    STAT = 'x', // access too
    LIST = 'y',
};
enum fault { NONE, FULL, FAILS, SHORT, INTERRUPTED };

#define MOST 100000
static enum fault fault;
static char list[MOST + 1], below[4096];
static int calls = -1, hit; // calls: -1 while not armed
static long wanted;

// List the calls on files below a folder, and let number `n` (from 1) fail; n = 0 only lists.
void faults_arm(const char *folder, int which, long n) {
    strncpy(below, folder, sizeof below - 1);
    fault = (enum fault)which, wanted = n, hit = 0;
    memset(list, 0, sizeof list);
    calls = 0;
}

// Return the kinds of the calls since then; disarm.
const char *faults_calls(void) {
    calls = -1;
    return list;
}

static int is_below(const char *path) { return strncmp(path, below, strlen(below)) == 0; }

static int is_file_below(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int is_at_below(int folder, const char *path) { return path[0] == '/' ? is_below(path) : is_file_below(folder); }

// Whether this call is to fail. A full disk stays full for writes, new files and new folders.
static int strikes(enum call call) {
    if (calls < MOST) list[calls] = (char)call;
    calls++;
    int now = calls == wanted, takes_space = call == WRITE || call == OPEN || call == MKDIR;
    if (!now && !(fault == FULL && hit && takes_space)) return 0;
    hit = 1;
    errno = fault == FULL ? ENOSPC : fault == INTERRUPTED ? EINTR : EIO;
    return fault != NONE;
}

static int fails_path(enum call call, const char *path) { return calls >= 0 && is_below(path) && strikes(call); }
static int fails_at(enum call call, int folder, const char *path) {
    return calls >= 0 && is_at_below(folder, path) && strikes(call);
}
static int fails(enum call call, int file) {
    int before = errno, failed = calls >= 0 && is_file_below(file) && strikes(call);
    if (!failed) errno = before;
    return failed;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define HALF(size) ((size) > 1 ? (size) / 2 : (size))

// ------------------------------------------------------------------------------------------------- files that are open

static enum call opening(int flags) { return flags & (O_WRONLY | O_RDWR) ? OPEN : LOOK; }

#define OPEN_AT(name)                                                           \
    int name(int folder, const char *path, int flags, ...) {                    \
        va_list more;                                                           \
        va_start(more, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                           \
        if (fails_at(opening(flags), folder, path)) return -1;                  \
        return REAL(name)(folder, path, flags, mode);                           \
    }
#define OPEN_PATH(name)                                                         \
    int name(const char *path, int flags, ...) {                                \
        va_list more;                                                           \
        va_start(more, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                           \
        if (fails_path(opening(flags), path)) return -1;                        \
        return REAL(name)(path, flags, mode);                                   \
    }
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_PATH(open)
OPEN_PATH(open64)

#define TRANSFER(name, call, data_type, more, given)                   \
    ssize_t name(int file, data_type data, size_t size more) {         \
        if (fails(call, file)) {                                       \
            if (fault != SHORT) return -1;                             \
            size = HALF(size);                                         \
        }                                                              \
        return REAL(name)(file, data, size given);                     \
    }
#define NOTHING
#define COMMA ,
TRANSFER(write, WRITE, const void *, NOTHING, NOTHING)
TRANSFER(pwrite64, WRITE, const void *, COMMA off64_t at, COMMA at)
TRANSFER(read, READ, void *, NOTHING, NOTHING)
TRANSFER(pread64, READ, void *, COMMA off64_t at, COMMA at)

// Parts are dropped for a short transfer, or the call fails.
#define PARTS(name, call, more, given)                                        \
    ssize_t name(int file, const struct iovec *parts, int count more) {       \
        struct iovec half = {parts[0].iov_base, HALF(parts[0].iov_len)};      \
        if (fails(call, file)) {                                              \
            if (fault != SHORT) return -1;                                    \
            parts = &half, count = 1;                                         \
        }                                                                     \
        return REAL(name)(file, parts, count given);                          \
    }
PARTS(writev, WRITE, NOTHING, NOTHING)
PARTS(readv, READ, NOTHING, NOTHING)
PARTS(preadv64v2, READ, COMMA off64_t at COMMA int flags, COMMA at COMMA flags)
PARTS(pwritev64v2, WRITE, COMMA off64_t at COMMA int flags, COMMA at COMMA flags)

int fsync(int file) { return fails(SYNC, file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(SYNC, file) ? -1 : REAL(fdatasync)(file); }
int ftruncate64(int file, off64_t size) { return fails(CUT, file) ? -1 : REAL(ftruncate64)(file, size); }
int fchmod(int file, mode_t mode) { return fails(MODE, file) ? -1 : REAL(fchmod)(file, mode); }
int flock(int file, int how) { return fails(LOCK, file) ? -1 : REAL(flock)(file, how); }
int fstat64(int file, struct stat64 *found) { return fails(STAT, file) ? -1 : REAL(fstat64)(file, found); }

int close(int file) {
    int flags = calls >= 0 ? fcntl(file, F_GETFL) : -1;
    int failed = flags >= 0 && flags & (O_WRONLY | O_RDWR) && fails(CLOSE, file), error = errno;
    int done = REAL(close)(file); // it is closed whatever the result
    if (failed) errno = error;
    return failed ? -1 : done;
}

void *mmap64(void *at, size_t size, int access, int flags, int file, off64_t offset) {
    if (file >= 0 && fails(MAP, file)) return MAP_FAILED;
    return REAL(mmap64)(at, size, access, flags, file, offset);
}

// ----------------------------------------------------------------------------------------------------------- names

int rename(const char *from, const char *to) { return fails_path(RENAME, to) ? -1 : REAL(rename)(from, to); }
int renameat(int f, const char *from, int t, const char *to) {
    return fails_at(RENAME, t, to) ? -1 : REAL(renameat)(f, from, t, to);
}
int unlink(const char *path) { return fails_path(UNLINK, path) ? -1 : REAL(unlink)(path); }
int rmdir(const char *path) { return fails_path(UNLINK, path) ? -1 : REAL(rmdir)(path); }
int unlinkat(int folder, const char *path, int flags) {
    return fails_at(UNLINK, folder, path) ? -1 : REAL(unlinkat)(folder, path, flags);
}
int mkdir(const char *path, mode_t mode) { return fails_path(MKDIR, path) ? -1 : REAL(mkdir)(path, mode); }
int stat64(const char *path, struct stat64 *found) { return fails_path(STAT, path) ? -1 : REAL(stat64)(path, found); }
int lstat64(const char *path, struct stat64 *found) { return fails_path(STAT, path) ? -1 : REAL(lstat64)(path, found); }
int fstatat64(int folder, const char *path, struct stat64 *found, int flags) {
    return fails_at(STAT, folder, path) ? -1 : REAL(fstatat64)(folder, path, found, flags);
}
int access(const char *path, int mode) { return fails_path(STAT, path) ? -1 : REAL(access)(path, mode); }
DIR *opendir(const char *path) { return fails_path(LIST, path) ? NULL : REAL(opendir)(path); }
DIR *fdopendir(int file) { return fails(LIST, file) ? NULL : REAL(fdopendir)(file); }

// ---------------------------------------------------------------------------------------------------------- the tracer

// In the child: from here on it is traced, and stands still until faults_trace.
void faults_wait_for_tracer(void) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
}

// In the parent: let it run, and kill it when its first thread is about to make system call number n; 0: only count.
// Return the number of system calls; `status` becomes what waitpid says of its end.
long faults_trace(int child, long n, int *status) {
    long count = 0;
    int entering = 1;
    waitpid(child, status, 0);
    if (!WIFSTOPPED(*status)) return 0;
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    for (long signal = 0;;) {
        ptrace(PTRACE_SYSCALL, child, NULL, signal);
        waitpid(child, status, 0);
        if (WIFEXITED(*status) || WIFSIGNALED(*status)) return count;
        signal = 0;
        if (WSTOPSIG(*status) != (SIGTRAP | 0x80)) {
            signal = WSTOPSIG(*status);
        } else {
            if (entering && ++count == n) kill(child, SIGKILL);
            entering = !entering;
        }
    }
}
