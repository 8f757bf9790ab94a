"""Writes the .npy files beside it, as NumPy itself does (run with NumPy 2.4.6)."""
import os, numpy as np
from numpy.lib import format as npy

here = os.path.dirname(os.path.abspath(__file__))
def save(name, array, version=None):
    with open(os.path.join(here, name + '.npy'), 'wb') as f:
        npy.write_array(f, array, version=version)

values = {'bool': [[True, False, True], [False, False, True]]}
for name in 'u1 u2 u4 u8 i1 i2 i4 i8 f2 f4 f8'.split():
    low = 0 if name[0] == 'u' else -3
    values[name] = np.arange(low, low + 6).reshape(2, 3) * (1 if name[0] != 'f' else 1.5)
for name, array in values.items():
    dtype = '?' if name == 'bool' else '<' + name
    save(name, np.array(array).astype(dtype))
    save(name + '-fortran', np.asfortranarray(np.array(array).astype(dtype)))
    if dtype != '?':
        save(name + '-big', np.array(array).astype('>' + name))
save('f4-v2', np.array([1.5, -2], '<f4'), (2, 0))
save('f4-v3', np.array([1.5, -2], '<f4'), (3, 0))
save('scalar', np.array(7.25, '<f4'))
save('empty', np.zeros((0, 4), '<f4'))
save('cube-fortran-big', np.asfortranarray(np.arange(24, dtype='>i4').reshape(2, 3, 4)))
save('bytes', np.array([[b'one', b'three'], [b'', b'a\0b']]))
save('text', np.array(['M\u00fcsli', '', '\U0001f9f5 weft'], '<U'))
save('text-big-fortran', np.asfortranarray(np.array([['a', 'bb'], ['ccc', '\u20ac']], '>U3')))
save('brain', np.array([0x3F80, 0xC040], '<u2').view('V2'))
save('complex', np.array([1j]))
save('record', np.array([(1, 2.0)], dtype=[('a', '<i4'), ('b', '<f8')]))
save('object', np.array([{}], dtype=object))
