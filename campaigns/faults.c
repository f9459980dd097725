// Faults of the disk, for one process: preloaded, it makes the n-th call of some kind fail, and counts the calls.
//
//     gcc -shared -fPIC -O1 -o faults.so faults.c -ldl
//     LD_PRELOAD=./faults.so python campaigns/kills.py
//
// Nothing happens until faults_arm is called. Calls on standard streams are left alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

enum call { OPEN, WRITE, FSYNC, RENAME };
enum fault { NONE, FULL, FAILS, SHORT, INTERRUPTED, KILLED };

static enum fault fault;
static int calls = -1, hit; // calls: -1 while not armed
static long wanted;

// Let the call number `n` (from 1, of all kinds) fail; n = 0 only counts.
void faults_arm(int which, long n) {
    fault = (enum fault)which, wanted = n, calls = 0, hit = 0;
}

// Return the number of calls since then; disarm.
long faults_count(void) {
    long n = calls;
    calls = -1;
    return n;
}

// Whether this call is to fail. A full disk stays full for writes and new files.
static int fails(enum call call) {
    if (calls < 0) return 0;
    calls++;
    int now = calls == wanted, still_full = fault == FULL && hit;
    if (fault == FULL && call == RENAME) return 0; // takes no space
    if (fault == SHORT && call != WRITE) return 0;
    if (!now && !(still_full && call != FSYNC)) return 0;
    if (now) hit = 1;
    if (fault == KILLED) kill(getpid(), SIGKILL);
    errno = fault == FULL ? ENOSPC : fault == INTERRUPTED ? EINTR : EIO;
    return fault != NONE;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN_AT(name)                                                           \
    int name(int folder, const char *path, int flags, ...) {                    \
        va_list more;                                                           \
        va_start(more, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                           \
        if (flags & (O_WRONLY | O_RDWR) && fails(OPEN)) return -1;              \
        return REAL(name)(folder, path, flags, mode);                           \
    }
#define OPEN_PATH(name)                                                         \
    int name(const char *path, int flags, ...) {                                \
        va_list more;                                                           \
        va_start(more, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                           \
        if (flags & (O_WRONLY | O_RDWR) && fails(OPEN)) return -1;              \
        return REAL(name)(path, flags, mode);                                   \
    }
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_PATH(open)
OPEN_PATH(open64)

ssize_t write(int file, const void *data, size_t size) {
    if (file > 2 && fails(WRITE)) {
        if (fault != SHORT) return -1;
        size = size > 1 ? size / 2 : size;
    }
    return REAL(write)(file, data, size);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    if (fails(WRITE)) {
        if (fault != SHORT) return -1;
        size = size > 1 ? size / 2 : size;
    }
    return REAL(pwrite64)(file, data, size, at);
}

int fsync(int file) { return fails(FSYNC) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(FSYNC) ? -1 : REAL(fdatasync)(file); }
int rename(const char *from, const char *to) { return fails(RENAME) ? -1 : REAL(rename)(from, to); }
int renameat(int f, const char *from, int t, const char *to) { return fails(RENAME) ? -1 : REAL(renameat)(f, from, t, to); }
