/* distance.c -- how far two processors are from each other: the time in which a cache line passes from one to the other.
 *
 * Built and run by machine.py, with the numbers of two processors. Two threads pass one line back and forth, a millisecond
 * at a time; prints the nanoseconds of one way, one number per millisecond. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PASSES = 2000, ROUNDS = 25 };

static _Alignas(128) atomic_int line;

static void pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    pthread_setaffinity_np(pthread_self(), sizeof(set), &set); /* where it is not allowed, the system chooses */
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * t.tv_sec + t.tv_nsec;
}

/* Write every second value, beginning with `first`, as soon as the other thread has written the one before. */
static void pass(int first) {
    for (int value = first; value < first + 2 * PASSES; value += 2) {
        while (atomic_load_explicit(&line, memory_order_acquire) != value - 1) {}
        atomic_store_explicit(&line, value, memory_order_release);
    }
}

static void *other(void *processor) {
    pin(*(int *)processor);
    for (int round = 0; round < ROUNDS; round++) pass(2 * PASSES * round + 2);
    return NULL;
}

int main(int n, char **arguments) {
    if (n != 3) return 2;
    int processors[2] = {atoi(arguments[1]), atoi(arguments[2])};
    pthread_t thread;
    if (pthread_create(&thread, NULL, other, &processors[1])) return 1;
    pin(processors[0]);
    for (int round = 0; round < ROUNDS; round++) {
        double began = now();
        pass(2 * PASSES * round + 1);
        if (round) printf("%.1f\n", (now() - began) / (2 * PASSES)); /* the first one waits for the thread to start */
    }
    return pthread_join(thread, NULL);
}
