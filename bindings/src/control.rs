//! Runs a kernel away from the GIL: deadline, Ctrl-C and progress are answered from here.
//!
//! The kernel works on a thread of its own; the calling thread wakes every few milliseconds to let
//! Python handle signals and to hand progress to the caller. An interrupt sets a flag that the
//! kernel sees at its next look, so that it returns its best answer instead of losing it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, RecvTimeoutError, Sender};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use backhaul_common::{Clock, Control, Error, Limits, Observer, Progress};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::errors;

struct WallClock {
    start: Instant,
    cancelled: AtomicBool,
}

impl Clock for WallClock {
    fn elapsed(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
    fn interrupted(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Sends at most one sign of life every 50 ms.
struct Channel {
    sender: Mutex<(Sender<Progress>, f64)>,
}

impl Observer for Channel {
    fn progress(&self, progress: Progress) {
        if let Ok(mut guard) = self.sender.lock() {
            if progress.seconds - guard.1 >= 0.05 {
                guard.1 = progress.seconds;
                let _ = guard.0.send(progress);
            }
        }
    }
}

/// What a solve cost, beside its answer.
pub struct Outcome<T> {
    /// The kernel's answer.
    pub value: T,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Run `work` with the given limits. `on_progress(iterations, seconds, cost, bound)` may be None.
///
/// An exception raised by `on_progress` stops the kernel and is raised here.
pub fn run<T: Send>(
    py: Python<'_>,
    limits: (Option<f64>, Option<u64>, Option<f64>),
    on_progress: Option<Py<PyAny>>,
    work: impl FnOnce(&Control<'_>) -> Result<T, Error> + Send,
) -> PyResult<Outcome<T>> {
    let limits = Limits { seconds: limits.0, iterations: limits.1, target: limits.2 };
    let clock = WallClock { start: Instant::now(), cancelled: AtomicBool::new(false) };
    let (progress_out, progress_in) = channel();
    let observer = Channel { sender: Mutex::new((progress_out, -1.0)) };
    let observed = on_progress.is_some();
    let (done_out, done_in) = channel();
    let clock_ref = &clock;
    let observer_ref = &observer;
    let callback = on_progress.as_ref();
    let (outcome, failure) = py.detach(move || {
        let mut failure: Option<PyErr> = None;
        let outcome = std::thread::scope(|scope| {
            let handle = scope.spawn(move || {
                let listener = observed.then_some(observer_ref as &dyn Observer);
                let control = Control::new(limits, clock_ref, listener);
                let result =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&control)));
                let _ = done_out.send(());
                result
            });
            while let Err(RecvTimeoutError::Timeout) =
                done_in.recv_timeout(Duration::from_millis(20))
            {
                if failure.is_some() || clock_ref.interrupted() {
                    continue;
                }
                let news = progress_in.try_iter().last();
                let answer = Python::attach(|py| -> PyResult<()> {
                    py.check_signals()?;
                    if let (Some(callback), Some(p)) = (callback, news) {
                        callback.call1(py, (p.iterations, p.seconds, p.cost, p.bound))?;
                    }
                    Ok(())
                });
                if let Err(error) = answer {
                    clock_ref.cancelled.store(true, Ordering::Relaxed);
                    let by_user = Python::attach(|py| {
                        error.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py)
                    });
                    if !by_user {
                        failure = Some(error);
                    }
                }
            }
            handle.join()
        });
        (outcome, failure)
    });
    if let Some(error) = failure {
        return Err(error);
    }
    match outcome {
        Ok(Ok(Ok(value))) => Ok(Outcome { value, seconds: clock.elapsed() }),
        Ok(Ok(Err(error))) => Err(errors::to_python(error)),
        Ok(Err(panic)) | Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
                .unwrap_or_default();
            Err(PyRuntimeError::new_err(format!("a kernel failed, which is a defect: {text}")))
        }
    }
}
